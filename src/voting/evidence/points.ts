import type { RoundId } from '../../domain/round/round-id.ts';
import type { RoundDecision, Tally } from '../../domain/round/tally.ts';
import type { Hex, ParaBlock, ParaId, Planck, RelayBlock } from '../../domain/units.ts';

/** What is checked, in the order in which one thing rests on another. */
export const EVIDENCE_POINTS = {
  format: 'The bundle is whole and in its canonical form',
  policy: 'The policy has the hash that it is known by',
  'opt-in': 'The opt-in names this policy and is signed',
  'relay-header': "The relay header has the anchor's hash, number and state root",
  finality: 'The relay block is final',
  head: 'The relay state holds a head of the para',
  'para-header': "That head has the anchor's hash, number and state root",
  round: 'The round has the id that policy, head, opening block and number give, and could be open then',
  layout: "The storage is read as the para's metadata lays it out",
  electorate: 'The para state at the head gives the electorate, and the collators where they decide',
  proposals: 'Each proposal has its hash, is signed, and belongs to this para, head and round',
  endorsements: 'Each endorsement is of a member of the technical body and signed',
  votes: 'Each vote is the only one of its account, on a proposal of the round, in time',
  signatures: 'Each vote is signed by its account, for this round and nothing else',
  proxies: 'The para state has everybody who signed for another account as its proxy',
  powers: 'The para state gives the power of each vote',
  tally: 'The votes add up to the tallies',
  decision: 'The rules of the policy give the decision',
  trials: 'The trials of the proposals come to what the bundle says',
} as const;

export type EvidencePoint = keyof typeof EVIDENCE_POINTS;
const NAMES = Object.keys(EVIDENCE_POINTS) as EvidencePoint[];

export interface CheckedPoint {
  readonly point: EvidencePoint;
  readonly title: string;
  readonly status: 'holds' | 'fails' | 'not covered';
  /** What was found, or why not. */
  readonly detail: string;
}

/** What the bundle proves when no point fails. */
export interface EvidenceResult {
  readonly paraId: ParaId;
  readonly relayGenesis: Hex;
  readonly policy: Hex;
  readonly relayBlock: Hex;
  readonly relayNumber: RelayBlock;
  readonly head: Hex;
  readonly headNumber: ParaBlock;
  /** Number of the round within its opening. */
  readonly round: number;
  readonly roundId: RoundId;
  readonly decidedAt: RelayBlock;
  readonly electorate: Planck;
  readonly votes: number;
  readonly tallies: readonly Tally[];
  readonly decision: RoundDecision;
  /** Of the approved proposal. */
  readonly codeHash: Hex | null;
}

export interface EvidenceReport {
  readonly points: readonly CheckedPoint[];
  /** The first point that fails; null when none does. */
  readonly failed: EvidencePoint | null;
  readonly result: EvidenceResult | null;
}

type Finding = Pick<CheckedPoint, 'status' | 'detail'>;

/** Findings by point; the first failure of a point stays. */
export class PointBoard {
  readonly #found = new Map<EvidencePoint, Finding>();

  holds(point: EvidencePoint, detail: string): void {
    if (!this.#found.has(point)) this.#found.set(point, { status: 'holds', detail });
  }

  open(point: EvidencePoint, detail: string): void {
    if (!this.#found.has(point)) this.#found.set(point, { status: 'not covered', detail });
  }

  fails(point: EvidencePoint, detail: string): void {
    if (this.#found.get(point)?.status !== 'fails') this.#found.set(point, { status: 'fails', detail });
  }

  /** The first of these points that does not hold. */
  notHeld(...points: readonly EvidencePoint[]): EvidencePoint | null {
    return points.find((point) => this.#found.get(point)?.status !== 'holds') ?? null;
  }

  failedAt(point: EvidencePoint): boolean {
    return this.#found.get(point)?.status === 'fails';
  }

  failed(): EvidencePoint | null {
    return NAMES.find((point) => this.#found.get(point)?.status === 'fails') ?? null;
  }

  points(): CheckedPoint[] {
    return NAMES.map((point) => ({
      point,
      title: EVIDENCE_POINTS[point],
      ...(this.#found.get(point) ?? { status: 'not covered', detail: 'an earlier point fails' }),
    }));
  }
}
