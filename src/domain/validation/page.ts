import type { Token } from '../amount.ts';
import type { AmountText } from '../route/facts.ts';
import type { AccountHex, EpochMs, Hex, ParaId, RelayBlock } from '../units.ts';

/**
 * A validation page says before an act what it will do, and afterwards what it did: so that somebody who trusts neither this
 * service nor its operator can hold one against the other, and recompute each point. JSON only. What is expected is written
 * before anything is signed and is never changed afterwards; what was observed is added as it is seen.
 */
export interface ValidationPage {
  readonly version: 1;
  /** `rehearsed`: on forks of the chains, where signatures are taken as given. */
  readonly kind: 'executed' | 'rehearsed';
  readonly paraId: ParaId;
  /** Of the relay chain, when the page was begun. */
  readonly relay: { readonly genesis: Hex; readonly runtime: string | null };
  /** What holders decided; null where nobody voted: an act of the operator, a rehearsal. */
  readonly decision: PageDecision | null;
  /** Who has released that decision, where anybody was asked to; missing where nobody was, and on pages of earlier versions. */
  readonly releases?: readonly PageRelease[] | undefined;
  /** Name of the route, or of the command of an operator. */
  readonly route: string;
  /** The code that the act is about; null for acts about something else. */
  readonly code: PageCode | null;
  /** Relay block in which everything called `before` was read, and at which the steps were planned. */
  readonly planned: PageMoment;
  readonly steps: readonly PageStep[];
  /** Everything that the relay chain stores of the para, and what is to become of it. */
  readonly changes: readonly PageChange[];
  readonly costs: readonly { readonly account: Hex; readonly amount: AmountText; readonly what: string }[];
  /** How the chains write amounts. */
  readonly tokens: readonly (Token & { readonly chain: string })[];
  /** The first heads of the para after the relay chain had switched to the code. */
  readonly heads: readonly PageHead[];
  readonly result: PageResult;
  /** The last relay block that was looked at. */
  readonly seen: PageMoment;
  /** What a reader should know besides: what was not as on the chains in a rehearsal. */
  readonly notes: readonly string[];
}

/** A relay block, and the time that it proves. */
export interface PageMoment {
  readonly number: RelayBlock;
  readonly hash: Hex | null;
  readonly at: EpochMs | null;
}

export interface PageDecision {
  readonly roundId: Hex;
  readonly round: number;
  readonly proposal: Hex;
  readonly policy: Hex;
  /** What the vote was proven against: the relay block, the para's head in it, and the code that the relay chain stored then. */
  readonly anchor: {
    readonly relay: { readonly number: RelayBlock; readonly hash: Hex };
    readonly head: { readonly number: number; readonly hash: Hex };
    readonly codeHash: Hex;
  };
}

/** A person's release of the decision; whoever doubts it checks the signature over the text that these make (`releaseText`). */
export interface PageRelease {
  readonly account: AccountHex;
  /** Relay block at which it was counted, and from which on it counts no more. */
  readonly admittedAt: RelayBlock;
  readonly expires: RelayBlock;
  readonly sequence: number;
  readonly signature: Hex;
  readonly scheme: string;
}

export interface PageCode {
  readonly hash: Hex;
  readonly bytes: number | null;
  /** `name version`, as the code says of itself. */
  readonly runtime: string | null;
}

/** One step of the plan: what was expected of it, and what was seen. */
export interface PageStep {
  readonly id: string;
  readonly title: string;
  /** Relay blocks that it takes by the chain's own configuration; null when people decide. */
  readonly expectedBlocks: RelayBlock | null;
  /** The calls as they are to be made; empty for steps that wait. */
  readonly calls: readonly PageCall[];
  readonly facts: readonly PageFact[];
  readonly outcome: 'not reached' | 'under way' | 'done' | 'failed';
  readonly from: PageMoment | null;
  readonly to: PageMoment | null;
  /** What this service sent for it; empty while nothing was, and where somebody else brought it about. */
  readonly extrinsics: readonly PageExtrinsic[];
}

/** A call as it is to be made. Nothing of it is known that is null: then it shows only when it is signed. */
export interface PageCall {
  readonly chain: string;
  /** `pallet.method` in the metadata's spelling, or a function of the rescue contract. */
  readonly method: string;
  /** Decoded; long bytes by length and hash. */
  readonly args: Readonly<Record<string, unknown>> | null;
  /** The SCALE bytes; null also for those that are too long to be shown. */
  readonly data: Hex | null;
  readonly bytes: number | null;
  /** blake2-256 of the bytes. */
  readonly hash: Hex | null;
  /** Whose power it needs: `signed`, `root`, `nobody's` for calls that anybody may bring unsigned. */
  readonly origin: string;
  /** The account, or whoever has that part: `watcher`, `operator`, `signatory`, `anybody`. */
  readonly signer: string;
  /** The calls inside it, from outside to inside; left out where there is none, and by versions before there was this. */
  readonly inside?: readonly InsideCall[] | undefined;
}

/** A call that another one makes: as a proxy's, or as a multisig's. */
export type InsideCall = Pick<PageCall, 'method' | 'args' | 'data' | 'bytes' | 'hash'>;

/** An extrinsic, and what became of it. */
export interface PageExtrinsic {
  readonly chain: string;
  readonly method: string;
  /** blake2-256 of its bytes; null where nothing was signed that has one. */
  readonly hash: Hex | null;
  readonly callHash: Hex;
  /** Null for one that nobody signed. */
  readonly signer: AccountHex | null;
  readonly nonce: number | null;
  readonly status: 'signed' | 'sent' | 'done' | 'failed' | 'lost';
  /** The block that holds it. */
  readonly block: { readonly number: number; readonly hash: Hex | null } | null;
  readonly fee: AmountText | null;
  /** Why it failed or got lost. */
  readonly problem: string | null;
}

export interface PageFact {
  /** `while`: makes the step needless once it no longer holds. `needed`: for the call. `brought`: holds when the step is done. */
  readonly role: 'while' | 'needed' | 'brought';
  /** The fact itself, as plans have it. */
  readonly fact: { readonly kind: string; readonly [member: string]: unknown };
  readonly text: string;
  /** Where anybody reads it. */
  readonly reads: readonly PageRead[];
  /** When the step began, and when it ended; null until then. */
  readonly before: PageHold | null;
  readonly after: PageHold | null;
}

/** Whether a fact held: `why` not, and null when it did. */
export interface PageHold {
  readonly number: RelayBlock;
  readonly why: string | null;
}

/** One place of a chain's state, and what stood there. */
export interface PageRead {
  readonly place: PagePlace;
  readonly before: PageValue | null;
  readonly after: PageValue | null;
}

/** Where something is read. */
export interface PagePlace {
  readonly chain: string;
  /** `Paras.CurrentCodeHash(2000)`, or what is asked for where no single key holds it. */
  readonly item: string;
  /** The storage key. */
  readonly key: Hex | null;
  /** How it is read where no single key holds it: a command. */
  readonly how: string | null;
}

export interface PageValue {
  /** SCALE bytes as stored, `none` when there is no entry, null when only the meaning was read. */
  readonly bytes: Hex | 'none' | null;
  /** For people. */
  readonly shown: string;
}

/** What is expected of a value. */
export type Expectation =
  | { readonly kind: 'is'; readonly value: PageValue }
  | { readonly kind: 'same' }
  /** It changes, or may: to what, nobody can know before. */
  | { readonly kind: 'open'; readonly words: string };

/** A value that the relay chain stores of the para. */
export interface PageChange {
  readonly place: PagePlace;
  readonly meaning: string;
  readonly expected: Expectation;
  readonly before: PageValue;
  /** When the page was closed, or last looked at; null before. */
  readonly after: PageValue | null;
}

export interface PageHead {
  readonly number: number;
  readonly hash: Hex;
  /** The relay block that was looked at first and shows it. */
  readonly seenAt: RelayBlock;
}

export const PAGE_RESULTS = ['open', 'done', 'failed', 'ended'] as const;

/** `ended`: it was no longer wanted, such as for a para that lives again under its old code. */
export interface PageResult {
  readonly kind: (typeof PAGE_RESULTS)[number];
  readonly words: string | null;
  /** Null while it is open. */
  readonly at: PageMoment | null;
}

/** Whether nothing more will be added. */
export function isClosed({ result }: Pick<ValidationPage, 'result'>): boolean {
  return result.kind !== 'open';
}
