import type { AccountHex, Hex, ParaBlock, ParaId, RelayBlock } from '../units.ts';

export const ROUTE_NAMES = ['registrar', 'contract'] as const;
export type RouteName = (typeof ROUTE_NAMES)[number];

export const STEP_IDS = [
  'schedule-code',
  'attest',
  'send-approval',
  'supply-code',
  'await-enactment',
  'first-heads',
  'lock-again',
] as const;

/** An amount in planck as decimal text: plans are saved as JSON. */
export type AmountText = string;

/** A fact of chain state that a step needs before, or brings about. Read from storage, never from events alone. */
export type ChainFact =
  | { readonly kind: 'registrar-manager-is'; readonly account: Hex }
  | { readonly kind: 'registrar-unlocked' }
  | { readonly kind: 'registrar-locked' }
  | { readonly kind: 'no-upgrade-pending' }
  | { readonly kind: 'upgrade-allowed' }
  | { readonly kind: 'head-is'; readonly hash: Hex }
  | { readonly kind: 'contract-opted-in'; readonly contract: Hex; readonly policy: Hex }
  | { readonly kind: 'contract-decided'; readonly contract: Hex; readonly codeHash: Hex }
  | { readonly kind: 'funds-at-least'; readonly account: Hex; readonly amount: AmountText }
  | { readonly kind: 'no-approval-pending'; readonly multisig: Hex; readonly callHash: Hex }
  | { readonly kind: 'approval-pending'; readonly multisig: Hex; readonly callHash: Hex }
  | { readonly kind: 'code-scheduled-or-current'; readonly codeHash: Hex }
  | { readonly kind: 'code-is'; readonly codeHash: Hex }
  | { readonly kind: 'heads-after'; readonly head: ParaBlock; readonly count: number };

export interface RouteStep {
  /** Stable within a route: part of the journal key, so that a step is never carried out twice. */
  readonly id: (typeof STEP_IDS)[number];
  readonly title: string;
  readonly before: readonly ChainFact[];
  readonly after: readonly ChainFact[];
  /** What is submitted, by whom; null for steps that wait for the chain or for collators. */
  readonly call: { readonly method: string; readonly signer: AccountHex | 'watcher' | 'anybody' } | null;
  /** How long it takes, in relay blocks, by the relay's own configuration; null when people decide. */
  readonly expectedBlocks: RelayBlock | null;
}

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
