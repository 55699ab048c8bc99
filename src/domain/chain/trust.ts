import type { EpochMs, Hex, RelayBlock } from '../units.ts';

/**
 * Why a relay block is held for final. `justified`: more than two thirds of the authority set that is followed signed for it.
 * `agreed`: the relay gives no proofs, and the configured number of endpoints name the same block. `assumed`: one endpoint says so.
 */
export const TRUSTS = ['justified', 'agreed', 'assumed'] as const;
export type Trust = (typeof TRUSTS)[number];

/** Where the first trusted authority set came from. */
export const CHECKPOINT_SOURCES = ['config', 'chain-spec', 'endpoints'] as const;
export type CheckpointSource = (typeof CHECKPOINT_SOURCES)[number];

/** A block that is trusted to be final without a proof, and who votes on the blocks after it. */
export interface Checkpoint {
  readonly number: RelayBlock;
  readonly hash: Hex;
  readonly setId: bigint;
  /** SCALE of `Vec<(AuthorityId, u64)>`. */
  readonly authorities: Hex;
  readonly source: CheckpointSource;
}

/** What everybody can see of how the relay chain is believed. */
export interface FinalityView {
  readonly trust: Trust;
  /** False: watched only, nothing is done on what is seen. */
  readonly actable: boolean;
  /** The newest block held for final; null until there is one. */
  readonly block: RelayBlock | null;
  /** The newest block that was verified: ahead of `block` while months are caught up, whose states nodes have forgotten. */
  readonly verified: RelayBlock | null;
  /** When this service held it for final, and the time that the block itself proves; its age is counted from there. */
  readonly since: EpochMs | null;
  readonly blockTime: EpochMs | null;
  /** Of the authority set that is followed; null without proofs. */
  readonly setId: bigint | null;
  readonly voters: number | null;
  readonly checkpoint: Omit<Checkpoint, 'authorities'> | null;
  /** How many endpoints must agree; null where proofs count. */
  readonly agreement: number | null;
  /** Why there is no newer block, as far as that is known. */
  readonly trouble: string | null;
}
