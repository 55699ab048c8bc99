import type { ParaId } from '../domain/units.ts';
/**
 * Paras named in the answer of `ParachainHost_claim_queue`: `BTreeMap<CoreIndex(u32), VecDeque<ParaId(u32)>>`.
 * Throws `ProofError` for bytes that are no such map.
 */
export declare function decodeClaimQueue(bytes: Uint8Array): Set<ParaId>;
