import type { ParaId } from '../../domain/units.ts';
import { scaleReader } from '../../proof/index.ts';
import type { RpcConnection } from '../nodes/rpc-connection.ts';
import type { BlockState, ProvenChain } from '../proven/proven-chain.ts';
import { runtimeAnswer } from './runtime-answer.ts';

const METHOD = 'ParachainHost_claim_queue';

/**
 * Paras in the claim queue, by the relay's own code on its proven state; undefined when that cannot tell: runtimes before
 * version 11 of the API lack the method.
 */
export async function claimedParas(
  node: RpcConnection,
  chain: ProvenChain,
  block: BlockState,
): Promise<Set<ParaId> | undefined> {
  const answer = await runtimeAnswer({ node, chain, block, method: METHOD }, decodeClaimQueue);
  return answer ?? undefined;
}

/**
 * Paras named in the answer of `ParachainHost_claim_queue`: `BTreeMap<CoreIndex(u32), VecDeque<ParaId(u32)>>`.
 * Throws `ProofError` for bytes that are no such map.
 */
export function decodeClaimQueue(bytes: Uint8Array): Set<ParaId> {
  const reader = scaleReader(bytes, 'claim queue');
  const cores = reader.list(() => {
    reader.u32();
    return reader.list(() => reader.u32());
  });
  reader.end();
  return new Set(cores.flat());
}
