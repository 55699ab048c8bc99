import type { RoutePlan } from '../route/route.ts';
import type { Anchor } from './round.ts';

/**
 * What the actors of the machine answer. The machine branches on these and on nothing else: an error that an actor throws
 * says only that it could not do its work, never that the para lives or that something was done.
 */

/** Why something cannot go on: the code and the sentence of an error, JSON only. */
export interface Trouble {
  readonly code: string;
  readonly message: string;
}

/** Of `freezeAnchor`. */
export type AnchorOutcome =
  | { readonly kind: 'frozen'; readonly anchor: Anchor }
  /** The head is no longer the one that the stall began with; the next observation says what became of it. */
  | { readonly kind: 'moved'; readonly trouble: Trouble };

/** Of `planRoute`. */
export type PlanOutcome =
  | { readonly kind: 'planned'; readonly plan: RoutePlan }
  | { readonly kind: 'impossible'; readonly trouble: Trouble };

/** Of `carryOut`. */
export type CarryOutOutcome =
  /** Chain state shows the approved code as scheduled or current. */
  | { readonly kind: 'scheduled' }
  /** The para lives under its old code, and nothing is on its way any more that would change that. */
  | { readonly kind: 'revived' }
  /** `isObstacle`: chain state stood in the way of it, so that it can go on once that is gone. */
  | { readonly kind: 'failed'; readonly trouble: Trouble; readonly isObstacle?: boolean };

/** Of `relock`. */
export type RelockOutcome =
  | { readonly kind: 'locked' }
  /** Somebody else has to add the lock: an outside signer, or the para itself. */
  | { readonly kind: 'handed-over' }
  | { readonly kind: 'failed'; readonly trouble: Trouble };
