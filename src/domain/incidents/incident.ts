import type { Trust } from '../chain/trust.ts';
import type { CandidateTally } from '../round/tally.ts';
import type { EpochMs, Hex, ParaBlock, ParaId, RelayBlock } from '../units.ts';

/** When something was seen: at a relay block, by the clock of the service. */
export interface Moment {
  /** Null for what was seen before any block was. */
  readonly relayBlock: RelayBlock | null;
  readonly at: EpochMs;
}

/** What the stall began with. */
export interface Onset {
  /** `Paras.MostRecentContext`: relay parent of the last head; null when there never was one. */
  readonly relayBlock: RelayBlock | null;
  /** Time of that head; null when it cannot be told. */
  readonly at: EpochMs | null;
  /** True: the service saw the head come. False: reckoned from the number of relay blocks since, at six seconds each. */
  readonly witnessed: boolean;
  readonly head: { readonly hash: Hex; readonly number: ParaBlock } | null;
  readonly codeHash: Hex | null;
}

/** What was held for the cause from this moment on. */
export interface Belief extends Moment {
  /** A cause of the diagnosis; later versions may know others. */
  readonly cause: string;
  readonly sentence: string;
  /** Null where the diagnosis has none. */
  readonly confidence: string | null;
}

/** From when until when the service saw nothing of the present. */
export interface Blindness {
  readonly from: Moment;
  /** Null while it lasts. */
  readonly to: Moment | null;
  readonly why: string;
}

export const ROUND_RESULTS = ['open', 'approved', 'rejected', 'void', 'opted-out'] as const;
/** `void`: the head that was voted on was no longer the last one, or what was signed is lost. */
export type RoundResult = (typeof ROUND_RESULTS)[number];

export type FinalTally = Pick<
  CandidateTally,
  'proposal' | 'ayes' | 'nays' | 'abstains' | 'votes' | 'electorate' | 'approved' | 'quorate' | 'collators'
>;

export interface IncidentRound {
  readonly roundId: Hex;
  readonly round: number;
  readonly opened: Moment;
  readonly result: RoundResult;
  readonly ended: Moment | null;
  readonly approved: { readonly proposal: Hex; readonly codeHash: Hex } | null;
  /** The strongest proposals at the end; null while it is open, and where nobody looked at the end. */
  readonly tallies: readonly FinalTally[] | null;
}

/** Something that was done, by the service or through it: an event in short. */
export interface Act extends Moment {
  /** Id of the event; 0 for an extrinsic of which only the journal knows, because the process was killed before it could tell. */
  readonly event: number;
  readonly type: string;
  readonly message: string;
  readonly extrinsic: Hex | null;
}

export const INCIDENT_ENDS = ['recovered', 'refuted', 'left'] as const;

export interface IncidentEnd extends Moment {
  /**
   * `recovered`: heads are included again. `refuted`: only endpoints that proved nothing had shown a stall, and a proven block
   * shows none. `left`: the relay chain does not know the para any more.
   */
  readonly why: (typeof INCIDENT_ENDS)[number];
  /** Relay parent of the newest head, and the head. */
  readonly context: RelayBlock | null;
  readonly head: { readonly hash: Hex; readonly number: ParaBlock } | null;
  readonly codeHash: Hex | null;
  /** Whether the registrar locks the para, by the block at which it ended; null for neither. Missing in incidents of earlier versions. */
  readonly locked?: boolean | null | undefined;
  /** What remains to be done, a sentence each; missing in incidents of earlier versions. */
  readonly aftercare?: readonly string[] | undefined;
}

/** Entries that are kept, and how many between the first ones and the last ones are not. */
export interface Kept<Entry> {
  readonly entries: readonly Entry[];
  readonly leftOut: number;
}

/** One stall of a para from its onset to its end, kept for ever. */
export interface Incident {
  /** 1, 2, 3 … over the whole service. */
  readonly number: number;
  readonly paraId: ParaId;
  readonly onset: Onset;
  /** When it was seen that the para has stopped. */
  readonly noticed: Moment;
  /** How the block was believed at which it was noticed. */
  readonly trust: Trust;
  /** First block that may be acted upon and shows it; null while only blocks show it that prove nothing, or old ones. */
  readonly proven: Moment | null;
  readonly beliefs: Kept<Belief>;
  readonly blind: Kept<Blindness>;
  readonly rounds: Kept<IncidentRound>;
  /** Name of the route that was planned last. */
  readonly route: string | null;
  readonly approved: { readonly proposal: Hex; readonly codeHash: Hex } | null;
  /** When the relay chain had switched to the approved code. */
  readonly enacted: Moment | null;
  /** Whether the policy of what was approved asks for the registrar lock again; missing until then, and in incidents of earlier versions. */
  readonly lockAgain?: boolean | undefined;
  readonly acts: Kept<Act>;
  /** Null while it is open. */
  readonly end: IncidentEnd | null;
  /** Id of the last event that was looked through for `acts` and `blind`. */
  readonly lastEvent: number;
}

/** An incident without its lists. */
export interface IncidentSummary
  extends Pick<
    Incident,
    'number' | 'onset' | 'noticed' | 'proven' | 'route' | 'approved' | 'enacted' | 'end'
  > {
  readonly belief: Belief | null;
  readonly round: IncidentRound | null;
}

/**
 * What was held for the cause last, before approved code took the place of the one that failed: until the nodes run it as a
 * substitute the two differ, which is the rescue's doing and not why the para stopped.
 */
export function causeOf({
  beliefs: { entries },
  enacted,
}: Pick<Incident, 'beliefs' | 'enacted'>): Belief | null {
  const since = enacted?.relayBlock ?? null;
  const before = entries.filter(
    ({ relayBlock }) => since === null || relayBlock === null || relayBlock < since,
  );
  return before.at(-1) ?? entries.at(0) ?? null;
}

export function summaryOf(incident: Incident): IncidentSummary {
  const { number, onset, noticed, proven, route, approved, enacted, end, rounds } = incident;
  const belief = causeOf(incident);
  const round = rounds.entries.at(-1) ?? null;
  return { number, onset, noticed, proven, route, approved, enacted, end, belief, round };
}

/** A page of incidents, newest first. */
export interface IncidentsPage {
  readonly incidents: readonly Incident[];
  /** For `before`; null when these were the last. */
  readonly next: number | null;
}

export interface IncidentsWanted {
  readonly paraId?: ParaId | undefined;
  /** Those with lower numbers. */
  readonly before?: number | undefined;
  readonly limit?: number | undefined;
}
