import type { ParaId } from '../../domain/units.ts';
import { scaleReader } from '../../proof/index.ts';

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
