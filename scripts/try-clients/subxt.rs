//! Tries subxt with each of its backends: `chainHead_v1`, the legacy interface, and both with the archive as it comes by default.

use std::{collections::BTreeMap, error::Error, process::exit, sync::Arc, time::Duration};
use subxt::{
    backend::{ChainHeadBackend, CombinedBackend, LegacyBackend},
    dynamic,
    rpcs::RpcClient,
    OnlineClient, PolkadotConfig,
};
use subxt_signer::sr25519::dev;

type Client = OnlineClient<PolkadotConfig>;
type Outcome = Result<(), Box<dyn Error>>;

async fn opened(kind: &str, url: &str) -> Result<Client, Box<dyn Error>> {
    let rpc = RpcClient::from_insecure_url(url).await?;
    Ok(match kind {
        "chainHead" => {
            Client::from_backend(Arc::new(ChainHeadBackend::builder().build_with_background_driver(rpc))).await?
        }
        "legacy" => Client::from_backend(Arc::new(LegacyBackend::builder().build(rpc))).await?,
        _ => {
            let backend = CombinedBackend::builder().build_with_background_driver(rpc).await?;
            Client::from_backend(Arc::new(backend)).await?
        }
    })
}

async fn reads(client: &Client) -> Outcome {
    let mut blocks = client.stream_blocks().await?;
    for _ in 0..2 {
        blocks.next().await.ok_or("the finalized blocks end")??;
    }
    let at = client.at_current_block().await?;
    at.block_header().await?;
    at.storage().fetch(dynamic::storage::<(), u32>("System", "Number"), ()).await?.decode()?;
    let nonce = dynamic::runtime_api_call::<_, u32>(
        "AccountNonceApi",
        "account_nonce",
        (dev::bob().public_key().0,),
    );
    at.runtime_apis().call(nonce).await?;
    Ok(())
}

async fn transfers(client: &Client) -> Outcome {
    let to = dev::ferdie().public_key().to_address::<()>();
    let call = dynamic::transaction("Balances", "transfer_keep_alive", (to, 1_000_000_000u128));
    client
        .at_current_block()
        .await?
        .transactions()
        .sign_and_submit_then_watch_default(&call, &dev::bob())
        .await?
        .wait_for_finalized_success()
        .await?;
    Ok(())
}

fn say(what: String, outcome: Outcome) -> bool {
    let problem = outcome.err().map(|error| format!("{error} {error:?}"));
    let quoted = match &problem {
        None => "null".into(),
        Some(words) => format!("{words:?}"),
    };
    println!("{{\"what\":{what:?},\"problem\":{quoted}}}");
    problem.is_none()
}

async fn in_time(work: impl Future<Output = Outcome>) -> Outcome {
    tokio::time::timeout(Duration::from_secs(60), work).await.unwrap_or(Err("not within 60 s".into()))
}

#[tokio::main]
async fn main() {
    let urls: BTreeMap<String, String> =
        serde_json::from_str(&std::env::var("DEVNET").unwrap_or("{}".into())).expect("DEVNET is JSON");
    let mut works = true;
    for (name, url) in &urls {
        for kind in ["chainHead", "legacy", "default"] {
            let client = match opened(kind, url).await {
                Ok(client) => client,
                Err(error) => {
                    works &= say(format!("{name}, {kind}: connects"), Err(error));
                    continue;
                }
            };
            works &= say(format!("{name}, {kind}: follows and reads"), in_time(reads(&client)).await);
            // The contracts chain has a signed extension that subxt's configuration of Polkadot does not know.
            if name != "contracts" {
                works &= say(format!("{name}, {kind}: a transfer is final"), in_time(transfers(&client)).await);
            }
        }
    }
    exit(if works { 0 } else { 1 });
}
