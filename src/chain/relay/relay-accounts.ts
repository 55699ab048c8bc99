import { concatBytes } from '../../bytes/bytes.ts';
import { MalformedBytes } from '../../bytes/reader.ts';
import { encodeLittle, encodeString, encodeU32, encodeVec, ScaleReader } from '../../bytes/scale.ts';
import { RescueError } from '../../domain/errors.ts';
import type { RelayAccount, RelayAccounts, UpgradeCosts } from '../../domain/ports/relay-accounts.ts';
import type { AccountHex, ParaId, Planck } from '../../domain/units.ts';
import type { NodeHeader } from '../nodes/header-json.ts';
import type { RpcConnection } from '../nodes/rpc-connection.ts';
import { StorageBatch } from '../nodes/storage-batch.ts';
import type { ProvenChain } from '../proven/proven-chain.ts';
import { accountSchema, constant, namedProxies, proxiesSchema, spendableOf, ss58 } from './approval-state.ts';

/** See `RelayAccounts.accounts`. */
export async function accountsAt(
  node: RpcConnection,
  chain: ProvenChain,
  { ref }: NodeHeader,
  ids: readonly AccountHex[],
): ReturnType<RelayAccounts['accounts']> {
  const runtime = await chain.runtimeOf(node, ref);
  const batch = new StorageBatch(runtime);
  const reads = ids.map((account) => ({
    account,
    entry: batch.need(accountSchema, 'System', 'Account', ss58(account)),
    proxies: batch.want(proxiesSchema, 'Proxy', 'Proxies', ss58(account)),
  }));
  await batch.fetch(node, chain, ref);
  const existentialDeposit = constant(runtime, 'balances', 'existentialDeposit');
  const accounts = reads.map(({ account, entry, proxies }): RelayAccount => {
    const stored = entry();
    return {
      account,
      nonce: stored?.nonce ?? null,
      spendable: spendableOf(stored, existentialDeposit),
      proxies: proxies && namedProxies(proxies()),
    };
  });
  return { relay: ref.number, existentialDeposit, accounts };
}

/** See `RelayAccounts.upgradeCosts`. */
export async function upgradeCostsAt(
  node: RpcConnection,
  chain: ProvenChain,
  { ref }: NodeHeader,
  paraId: ParaId,
  bytes: number,
): Promise<UpgradeCosts> {
  const ask = async <Answer>(work: () => Promise<Answer>): Promise<Answer | undefined> => {
    try {
      return await work();
    } catch (error) {
      const isUntold = error instanceof RescueError && error.code === 'RESCUE_EXECUTION_FAILED';
      if (isUntold || error instanceof MalformedBytes) return undefined;
      throw error;
    }
  };
  const call = async (method: string, argument: Uint8Array): Promise<ScaleReader | undefined> => {
    const outcome = await chain.call(node, ref, method, argument);
    return outcome.kind === 'returned' ? new ScaleReader(outcome.result, method) : undefined;
  };
  const fee = await ask(async () =>
    (await call('TransactionPaymentApi_query_length_to_fee', encodeLittle(bytes, 4)))?.u128(),
  );
  const cooldown = await ask(async () => {
    const described = await call('Metadata_metadata_at_version', encodeU32(VIEWS_SINCE));
    const metadata = described?.option(() => described.vec());
    const id = metadata && viewFunction(metadata, 'remove_upgrade_cooldown_cost');
    if (!id) return undefined;
    const argument = concatBytes(id, encodeVec(encodeU32(paraId)));
    const answer = await call('RuntimeViewFunction_execute_view_function', argument);
    return answer && viewResult(answer);
  });
  return { fee, cooldown };
}

/** Version of metadata that tells of view functions. */
const VIEWS_SINCE = 16;
const ID_BYTES = 32;

/**
 * The id of a view function: metadata has it right before the name (`PalletViewFunctionMetadata { id: [u8; 32], name: String, … }`).
 * Null when the runtime has none of that name.
 */
function viewFunction(metadata: Uint8Array, name: string): Uint8Array | null {
  const bytes = Buffer.from(metadata.buffer, metadata.byteOffset, metadata.byteLength);
  const at = bytes.indexOf(encodeString(name));
  return at < ID_BYTES ? null : metadata.slice(at - ID_BYTES, at);
}

/** `Result<Vec<u8>, ViewFunctionDispatchError>` with a u128 inside. */
function viewResult(answer: ScaleReader): Planck | undefined {
  if (answer.u8() !== 0) return undefined;
  return new ScaleReader(answer.vec(), 'answer of a view function').u128();
}
