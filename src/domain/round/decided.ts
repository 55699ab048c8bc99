import type { Policy } from '../policy/policy.ts';
import type { Hex, ParaId } from '../units.ts';
import type { Anchor } from './round.ts';
import type { RoundId } from './round-id.ts';

/** The proposal that holders approved, and the code it is about. */
export interface Approved {
  readonly proposal: Hex;
  readonly codeHash: Hex;
}

/** What holders decided, on which anchor and by which rules: everything that a route rests on until it is carried out. */
export interface DecidedRound {
  readonly paraId: ParaId;
  readonly anchor: Anchor;
  readonly round: number;
  /** Null for a round that was decided by a version whose rounds had no id; it is known by head and number. */
  readonly roundId: RoundId | null;
  readonly approved: Approved;
  readonly policy: Policy;
  /** How often the decision was taken up again after it could not go on; 0 when left out, as by earlier versions. */
  readonly resumed?: number;
}
