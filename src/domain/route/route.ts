import type { AccountHex, Hex, ParaId, RelayBlock } from '../units.ts';
import type { AmountText, ChainFact } from './facts.ts';

export const ROUTE_NAMES = ['registrar', 'contract', 'governance', 'collator'] as const;
export type RouteName = (typeof ROUTE_NAMES)[number];

/** Those that a service carries out for an approved decision, so that a policy may allow them. The others are for people. */
export const POLICY_ROUTES = ['registrar', 'contract', 'governance'] as const satisfies readonly RouteName[];

export const STEP_IDS = [
  'schedule-code',
  'approve-call',
  'attest',
  'send-approval',
  'supply-code',
  'withdraw',
  'attest-cancel',
  'cancel',
  'await-authorisation',
  'apply-code',
  'await-enactment',
  'first-heads',
  'approve-lock',
  'lock-again',
] as const;
export type StepId = (typeof STEP_IDS)[number];

/** What is submitted in a step, and by whom. */
export interface StepCall {
  /** `pallet.method` in the metadata's spelling, or `RescueContract.function`. */
  readonly method: string;
  /** The account, or whoever has that part. */
  readonly signer: AccountHex | 'watcher' | 'operator' | 'signatory' | 'anybody';
}

/**
 * One step of a route, as data: what is shown to people is what is checked and done. Whoever carries it out checks
 * `while` and `before`, makes `call`, and has done it when `after` holds.
 */
export interface RouteStep {
  /** Stable within a route: part of the journal key, so that a step is never carried out twice. */
  readonly id: StepId;
  readonly title: string;
  /** What makes the step needless as soon as it no longer holds. */
  readonly while: readonly ChainFact[];
  /** What must hold for the call to be signed and sent. */
  readonly before: readonly ChainFact[];
  /** What holds when the step is done, whoever did it. */
  readonly after: readonly ChainFact[];
  /** Null for steps that wait for the chain or for collators. */
  readonly call: StepCall | null;
  /** How long it takes, in relay blocks, by the relay's own configuration; null when people decide. */
  readonly expectedBlocks: RelayBlock | null;
}

/** A step in which something is submitted. */
export type ActStep = RouteStep & { readonly call: StepCall };

/** A way to carry one decision out: data only, made by a pure function from chain state. */
export interface RoutePlan {
  readonly route: RouteName;
  readonly paraId: ParaId;
  readonly codeHash: Hex;
  readonly steps: readonly RouteStep[];
  /** Deposits and fees that must be held, in planck, by account. */
  readonly costs: readonly { readonly account: Hex; readonly amount: AmountText; readonly what: string }[];
}

export type RouteAssessment =
  | { readonly possible: true; readonly plan: RoutePlan }
  | { readonly possible: false; readonly route: RouteName; readonly reasons: readonly string[] };
