import type { RelayBlockRef } from '../../domain/chain/observation.ts';
import type { FinalityView, Trust } from '../../domain/chain/trust.ts';
import type { FinalityAnswer } from '../../domain/ports/relay.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { NodeHeader } from '../nodes/header-json.ts';

/** A header that this process holds for final, and why. */
export interface FinalHeader extends NodeHeader {
  readonly trust: Trust;
  /** False: it may be watched, and nothing may be done on what it says. */
  readonly actable: boolean;
  /** `Timestamp.Now` of the block, proven under its state root; null when no proof was to be had. */
  readonly time: EpochMs | null;
}

/** The only place that says which blocks of a chain are final. */
export interface FinalizedSource {
  /**
   * The newest final block. Endpoints that speak of a newer one have a moment to prove it.
   * @throws RESCUE_FINALITY_UNPROVEN when there is none in time, RESCUE_NODE_*
   */
  newest(): Promise<FinalHeader>;
  /** The newest final block whenever there is a newer one, numbers strictly growing, until `signal` aborts. */
  watch(signal: AbortSignal): AsyncIterable<FinalHeader>;
  /** Whether the block is final. @throws RESCUE_FINALITY_UNPROVEN when that cannot be told any more, RESCUE_NODE_* */
  isFinal(block: Pick<RelayBlockRef, 'number' | 'hash'>): Promise<boolean>;
  /** A proof for others that the block is final, checked as a whole; null when there is none. */
  proveFinality(block: RelayBlockRef): Promise<FinalityAnswer | null>;
  view(): FinalityView;
  close(): Promise<void>;
}
