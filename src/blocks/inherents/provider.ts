import type { Task } from '../../executor/task.ts';
import type { Candidate } from '../backing/candidate.ts';
import type { InherentData } from '../build-block.ts';
import type { Point, RelayPoint } from '../point.ts';
import type { Sealing } from '../slots/claim.ts';

/** What the next block's inherents are made from. */
export interface InherentContext {
  readonly parent: Point;
  /** On a para: its own id, and the relay block that it is built on. */
  readonly para: { readonly id: number; readonly relay: RelayPoint } | null;
  readonly slot: bigint | null;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Blocks of paras that a relay chain's validators back with this block, and who signs for them. */
  readonly candidates: readonly Candidate[];
  readonly sealing: Sealing;
  /** Paras whose candidates validators do not call available. */
  readonly withheld: readonly number[];
}

/**
 * Makes the data of one inherent, by its identifiers of eight letters. Runtimes look up only those that they know, so data too
 * many does no harm.
 */
export interface InherentProvider {
  applies(context: InherentContext): boolean;
  create(context: InherentContext): InherentData | Task<InherentData>;
}
