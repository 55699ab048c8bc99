import type { Checkpoint } from '../chain/trust.ts';
import type { Hex, RelayBlock } from '../units.ts';

/** The authority set that is followed. */
export interface FollowedRecord {
  readonly genesis: Hex;
  readonly checkpoint: Checkpoint;
  readonly setId: bigint;
  /** SCALE of `Vec<(AuthorityId, u64)>`. */
  readonly authorities: Hex;
  /** First block that this set votes on. */
  readonly since: RelayBlock;
  /** A change that is announced: the next set, and the last block of this one. */
  readonly next: { readonly after: RelayBlock; readonly authorities: Hex } | null;
}

export interface FinalizedRecord {
  readonly number: RelayBlock;
  readonly hash: Hex;
}

/** A block from which older ones are reached: the checkpoint, and the last block of each set after it. */
export interface SetEnd extends FinalizedRecord {
  readonly setId: bigint;
  /** Hash of the checkpoint that it was verified from: with another one it counts for nothing. */
  readonly checkpoint: Hex;
}

/** What of a relay chain's finality is kept, so that a restart goes on where it was. Every write is synced. */
export interface FinalityStore {
  /** Null before the first checkpoint. */
  load(): Promise<{ readonly followed: FollowedRecord; readonly finalized: FinalizedRecord } | null>;
  /** Stores the newest verified block; with it, when they changed, the set, and the end of the one before. */
  save(finalized: FinalizedRecord, followed: FollowedRecord | null, ended: SetEnd | null): Promise<void>;
  /** The first set end at `number` or later that was verified from this checkpoint. */
  endAfter(number: RelayBlock, checkpoint: Hex): Promise<SetEnd | null>;
}
