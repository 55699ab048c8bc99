import type { Hex } from '../../domain/units.ts';
import type { Endpoints } from '../nodes/endpoints.ts';
import { newestTold } from '../nodes/told-blocks.ts';
import { type BlockState, ProvenChain } from '../proven/proven-chain.ts';

/** The code in the state of one block of a para. */
export interface ParaCode {
  readonly block: BlockState;
  /** `:code`, by which nodes answer calls; nodes that run a substitute have it all the same. */
  readonly hash: Hex;
  readonly bytes: Uint8Array;
  /** Of the code by which the next block is built, which is other code while `:pending_code` is there. */
  readonly nextHash: Hex;
}

/**
 * The para's own code, proven under the state root of `block`; without one, under that of the newest block that its nodes call final.
 * @throws RESCUE_NODE_*
 */
export async function readParaCode(endpoints: Endpoints, block: BlockState | null): Promise<ParaCode> {
  const proven = new ProvenChain();
  const at = block ?? (await newestTold(endpoints)).ref;
  return endpoints.use(async (node) => {
    const code = await proven.code(node, at, 'calls');
    const nextHash = await proven.codeHash(node, at, 'children');
    return { block: at, hash: code.hash, bytes: await code.bytes(), nextHash };
  });
}
