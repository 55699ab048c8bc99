import { Keyring } from '@polkadot/api';
import { createClient } from 'polkadot-api';
import { getPolkadotSigner } from 'polkadot-api/signer';
import { getWsProvider } from 'polkadot-api/ws';
import { WebSocket } from 'ws';
import { contracts, done, expect, para, relay, trying } from './report.mjs';

const keyring = new Keyring({ type: 'sr25519' });
const pair = keyring.addFromUri('//Dave');
const signer = getPolkadotSigner(pair.publicKey, 'Sr25519', (message) => pair.sign(message));
const to = keyring.addFromUri('//Ferdie').address;

for (const [name, url] of Object.entries({ relay, para, contracts })) {
  const client = createClient(getWsProvider(url, { websocketClass: WebSocket }));
  const api = client.getUnsafeApi();

  await trying(`${name}: follows finalized and best blocks`, async () => {
    const finalized = await client.getFinalizedBlock();
    expect((await client.getBestBlocks()).length > 0, 'there is no best block');
    expect((await client.getBlockBody(finalized.hash)).length >= 0, 'a block has no body');
    await client.getBlockHeader(finalized.hash);
    await new Promise((resolve, reject) => {
      let count = 0;
      const subscription = client.finalizedBlock$.subscribe({
        next: () => {
          count += 1;
          if (count < 3) return;
          subscription.unsubscribe();
          resolve();
        },
        error: reject,
      });
    });
  });
  await trying(`${name}: reads storage, entries, constants and runtime calls`, async () => {
    const account = await api.query.System.Account.getValue(pair.address);
    expect(account.data.free > 0n, 'Dave owns nothing');
    expect((await api.query.System.Account.getEntries()).length > 5, 'accounts are missing');
    await api.constants.System.BlockHashCount();
    expect((await api.apis.AccountNonceApi.account_nonce(pair.address)) >= 0, 'there is no nonce');
  });
  await trying(`${name}: a transfer is in a best block, and then final`, async () => {
    const transfer = api.tx.Balances.transfer_keep_alive({
      dest: { type: 'Id', value: to },
      value: 1_000_000_000n,
    });
    expect((await transfer.getEstimatedFees(pair.address)) > 0n, 'it is free');
    const seen = [];
    await new Promise((resolve, reject) => {
      transfer.signSubmitAndWatch(signer).subscribe({
        next: (event) => {
          if (event.type !== 'txBestBlocksState' || event.found) seen.push(event.type);
          if (event.type === 'finalized') {
            if (event.ok) resolve();
            else reject(new Error(JSON.stringify(event.dispatchError)));
          }
        },
        error: reject,
      });
    });
    expect(seen.includes('txBestBlocksState') && seen.at(-1) === 'finalized', `it told ${seen.join()}`);
  });
  client.destroy();
}
done();
