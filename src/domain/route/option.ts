import type { Token } from '../amount.ts';
import type { ParaHeadRef } from '../chain/observation.ts';
import type { Finding } from '../readiness/finding.ts';
import type { Hex, ParaId, RelayBlock } from '../units.ts';
import type { AmountText } from './facts.ts';
import type { RouteName, StepCall } from './route.ts';

/** The ways back that a plan looks at, in the order in which it prefers them: who needs fewer people, and less time, comes first. */
export const WAYS = [
  'registrar',
  'registrar-old-rule',
  'registrar-coretime',
  'contract',
  'governance',
  'collator',
] as const;
export type Way = (typeof WAYS)[number];

/**
 * `works`: nothing stands in the way. `needs`: it works once time has passed or people have done something. `unknown`: something
 * that decides about it could not be looked at. `refused`: it would not work, or do harm. `not-here`: chains are of another age
 * than the way is for.
 */
export const OPTION_RESULTS = ['works', 'needs', 'unknown', 'refused', 'not-here'] as const;
export type OptionResult = (typeof OPTION_RESULTS)[number];

/** A call of a plan, as people and multisigs see it. */
export interface BareCall {
  /** `pallet.method` in the metadata's spelling, or `RescueContract.function`. */
  readonly method: string;
  /** Decoded, as text; what is no text as JSON, long bytes by length and hash. */
  readonly args: readonly { readonly name: string; readonly value: string }[];
  /** blake2-256 of the call's bytes; null while they are not known. */
  readonly hash: Hex | null;
  /** Bytes in all; null while they are not known. */
  readonly length: number | null;
  /** The call's bytes; null while they are not known, and for a call that carries code. */
  readonly data: Hex | null;
  /** Of a call that carries code: its bytes are `head`, the code, `tail`. */
  readonly around: { readonly head: Hex; readonly codeHash: Hex; readonly tail: Hex } | null;
  /** What decides the bytes while they are not known, and which command makes them then. */
  readonly note: string | null;
}

/** A call as it is signed, with those that it is made around. */
export interface PlannedCall extends BareCall {
  /** The calls inside it, from outside to inside: what a proxy or a multisig makes; left out where there is none. */
  readonly inside?: readonly BareCall[];
  /** Of an approval by hash while that is not known: its bytes are `head`, the hash of the first call inside, `tail`. */
  readonly aroundHash?: { readonly head: Hex; readonly tail: Hex };
}

/** A fact that a step needs or brings about, in words, and whether it holds now; null where that was not looked at. */
export interface FactLine {
  readonly text: string;
  readonly holds: boolean | null;
}

/** One step of an option, whoever takes it: a service, people, or the chains by themselves. */
export interface OptionStep {
  readonly title: string;
  /** Where it happens: `relay chain`, `Asset Hub`, `nodes of the para`. */
  readonly chain: string;
  /** With which origin the call is dispatched, in words: `signed by the manager`; null without a call. */
  readonly origin: string | null;
  /** The account that signs, or whoever has that part; null where nobody signs. */
  readonly signer: StepCall['signer'] | null;
  /** Null for steps that wait, or that are done outside of any chain. */
  readonly call: PlannedCall | null;
  readonly before: readonly FactLine[];
  readonly after: readonly FactLine[];
  /** In relay blocks; null when people decide. */
  readonly expectedBlocks: RelayBlock | null;
}

export interface OptionCost {
  readonly what: string;
  /** A deposit comes back; what is burned or paid as a fee does not. */
  readonly kind: 'fee' | 'deposit' | 'burned';
  /** In planck; null when the chain does not tell. */
  readonly amount: AmountText | null;
  /** In tokens. */
  readonly text: string;
  /** Who holds it; null for whoever sends the call. */
  readonly account: Hex | null;
}

/** One way back, assessed: data only, so that what people are shown is what was found. */
export interface RouteOption {
  readonly way: Way;
  readonly route: RouteName;
  readonly result: OptionResult;
  /** What the way is, in a sentence without a full stop. */
  readonly summary: string;
  /** Why not, or why that cannot be told; empty when it works. */
  readonly reasons: readonly string[];
  /** What helps, or has to come first; of a refused way what else to do. */
  readonly helps: readonly string[];
  /** Everything that was looked at for it. */
  readonly findings: readonly Finding[];
  readonly steps: readonly OptionStep[];
  /** The steps that chains decide about, in relay blocks; null when no step tells. */
  readonly expectedBlocks: RelayBlock | null;
  /** What it waits for besides: votes, people; null when nothing. */
  readonly waitsFor: string | null;
  readonly costs: readonly OptionCost[];
  readonly dependsOn: readonly string[];
  /** What can go wrong. */
  readonly risks: readonly string[];
}

/** What a plan knows of a code that is to bring the para back: nothing of it is run. */
export interface PlannedCode {
  readonly hash: Hex;
  /** Bytes of the blob. */
  readonly size: number;
  /** What its label says. */
  readonly specName: string;
  readonly specVersion: number;
}

export const PLAN_RESULTS = ['possible', 'unknown', 'impossible'] as const;

/** What can be done for a para at one relay block: every way back, best first. */
export interface RescuePlan {
  readonly paraId: ParaId;
  readonly relay: { readonly number: RelayBlock; readonly hash: Hex };
  readonly token: Token;
  readonly head: ParaHeadRef | null;
  /** Code that the relay chain stores of the para. */
  readonly currentCodeHash: Hex | null;
  /** The label of the code in the para's own state; null when it could not be read. */
  readonly label: { readonly specName: string; readonly specVersion: number } | null;
  readonly code: PlannedCode | null;
  /** What a code that brings the para back has to be. */
  readonly codeMust: readonly string[];
  /** What concerns every way. */
  readonly guards: readonly Finding[];
  readonly options: readonly RouteOption[];
  readonly result: (typeof PLAN_RESULTS)[number];
}

/** Whether somebody could take it, now or later. */
function isOpen({ result }: Pick<RouteOption, 'result'>): boolean {
  return result === 'works' || result === 'needs';
}

/** The options best first: what works, what would work, what nobody knows, what does not. Within each the order of `WAYS`. */
export function ranked(options: readonly RouteOption[]): RouteOption[] {
  const place = ({ way, result }: RouteOption) =>
    OPTION_RESULTS.indexOf(result) * WAYS.length + WAYS.indexOf(way);
  return options.toSorted((a, b) => place(a) - place(b));
}

/** The whole by its options. */
export function planResult(options: readonly RouteOption[]): RescuePlan['result'] {
  if (options.some(isOpen)) return 'possible';
  return options.some(({ result }) => result === 'unknown') ? 'unknown' : 'impossible';
}
