import { isHex } from '../../src/bytes/hex.ts';
import type { Chain } from '../../src/sandbox/chain/chain.ts';
import { headerView } from '../../src/sandbox/rpc/block-views.ts';
import type { AnswerFilter } from '../../src/sandbox/rpc/server.ts';

/** Ways in which nodes lie or fall behind, for `Faults.corruptParaRpc`. Each leaves all other answers honest. */

/** Storage values with their last byte flipped: only a read proof shows it. */
export const wrongStorageValues: AnswerFilter = (method, _params, result) => {
  if (method === 'state_getStorage') return flipped(result);
  if (method !== 'state_queryStorageAt' || !Array.isArray(result)) return result;
  return result.map((set: { changes: [string, unknown][] }) => ({
    ...set,
    changes: set.changes.map(([key, value]) => [key, flipped(value)]),
  }));
};

/** Read proofs without their last node. */
export const truncatedProofs: AnswerFilter = (method, _params, result) => {
  if (method !== 'state_getReadProof') return result;
  const { proof, ...rest } = result as { proof: string[] };
  return { ...rest, proof: proof.slice(0, -1) };
};

/** A node that stopped following: its best and finalized block stay what they are now. */
export function staleHeads(chain: Chain): AnswerFilter {
  const { best, finalized } = chain;
  return (method, params, result) => {
    const unnamed = (params[0] ?? null) === null;
    if (method === 'chain_getFinalizedHead') return finalized.hash;
    if (method === 'chain_getBlockHash' && unnamed) return best.hash;
    if (method === 'chain_getHeader' && unnamed) return headerView(best);
    return result;
  };
}

function flipped(value: unknown): unknown {
  if (!isHex(value) || value.length === 2) return value;
  const last = Number.parseInt(value.slice(-2), 16) ^ 0xff;
  return value.slice(0, -2) + last.toString(16).padStart(2, '0');
}
