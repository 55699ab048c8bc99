import type { Handover } from '../domain/chain/handover.ts';
import type { ParaObservation } from '../domain/chain/observation.ts';
import type { RescueError } from '../domain/errors.ts';
import type { Finding } from '../domain/readiness/finding.ts';
import type { DecidedRound } from '../domain/round/decided.ts';
import type { RouteAssessment, RouteName } from '../domain/route/route.ts';
import type { ChainView } from '../domain/route/view.ts';
import type { RouteLook } from './look.ts';
import type { JournalledAct, Step } from './step.ts';
import type { StepPageCall } from './validation/page-call.ts';

/** What a route does next for a decision, at one block. */
export type Next =
  | { readonly kind: 'act'; readonly step: Step }
  /** For time to pass, or for people to do something. */
  | { readonly kind: 'wait'; readonly needs: 'time' | 'people'; readonly why: string }
  /** Chain state shows the approved code as scheduled or current. */
  | { readonly kind: 'scheduled' }
  /** The para lives under its old code, and nothing that this service can take back is on its way. */
  | { readonly kind: 'revived' }
  /** `isObstacle`: chain state stands in the way, and the decision goes on when that is gone. */
  | { readonly kind: 'failed'; readonly error: RescueError; readonly isObstacle?: boolean };

/** A call for somebody outside to sign, or why there is none now. */
export type HandedOver =
  /** `takesBack`: it carries nothing out, so that nobody has to release it. */
  | { readonly kind: 'call'; readonly handover: Handover; readonly takesBack: boolean }
  /** A sentence without a full stop. */
  | { readonly kind: 'nothing'; readonly why: string };

/** What comes next until the lock is there, and the view in which its facts are read. */
export interface Relock {
  readonly next: Next;
  readonly view: ChainView;
}

/**
 * A way to carry decisions out, one object for all paras of a service. No route is known by
 * its name to planner, machine, advice and policy obstacles: they ask all routes alike.
 */
export interface Route {
  readonly name: RouteName;
  /** One look at the chains, as far as this route needs it. @throws RESCUE_NODE_*, unless the view tells it as `trouble` */
  view(rescue: DecidedRound, observation: ParaObservation): Promise<ChainView>;
  /** The plan for this decision, or every reason against it. Pure: it rests on the view and on configuration. */
  assess(rescue: DecidedRound, view: ChainView): RouteAssessment;
  /**
   * What comes next. Level-triggered: it follows from the chains alone, whoever brought them there, so that it does not
   * matter which of several services is first or that one was restarted. Asked at each block; the same step is named until
   * its effect shows.
   */
  next(rescue: DecidedRound, view: ChainView): Promise<Next>;
  /**
   * The calls of the plan's steps, as far as their bytes are known before they are signed: for the validation page. Steps that are
   * left out are shown as the plan has them. @throws RESCUE_NODE_*, RESCUE_CHAIN_REFUSES
   */
  prepare?(rescue: DecidedRound, view: ChainView): Promise<readonly StepPageCall[]>;
  /** What an entry that an earlier life left in the journal is about; null when this route does not tell. */
  journalled(rescue: DecidedRound, key: string): JournalledAct | null;
  /**
   * How the registrar's lock returns on the living para, and what that rests on; null when that is the para's own business.
   * @throws RESCUE_NODE_*
   */
  relock(rescue: DecidedRound, view: ChainView): Promise<Relock | null>;
  /**
   * The call that somebody outside has to sign now, or can, with everything for it. `view` is of the relay chain alone: the route's own
   * is what carrying out rests on. @throws RESCUE_NODE_*
   */
  handover(rescue: DecidedRound, view: ChainView): Promise<HandedOver>;
  /** The call that adds the lock of the living para again; null when it waits for nobody. */
  lockHandover?(rescue: DecidedRound, view: ChainView): Promise<Handover | null>;
  /** What people should do while the decision is carried out; empty when the service does it alone. */
  advice(rescue: Pick<DecidedRound, 'paraId'>): readonly string[];
  /** The same while the lock of the living para is to return. */
  lockAdvice?(rescue: Pick<DecidedRound, 'paraId'>): readonly string[];
  /** Whether this route would work now, for a decision that is still to come: everything that it needs, looked at. */
  examine(look: RouteLook): Promise<readonly Finding[]>;
}

export type Routes = ReadonlyMap<RouteName, Route>;
