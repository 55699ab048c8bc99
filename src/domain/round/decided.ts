import type { Policy } from '../policy/policy.ts';
import type { Hex, ParaId } from '../units.ts';
import type { Anchor } from './round.ts';

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
  readonly approved: Approved;
  readonly policy: Policy;
}
