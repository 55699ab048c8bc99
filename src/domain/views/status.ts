import { z } from 'zod';
import { MOST_DECIMALS, type Token } from '../amount.ts';
import { CONDITIONS, type Condition } from '../chain/condition.ts';
import type { ParaObservation } from '../chain/observation.ts';
import type { Sight } from '../chain/sight.ts';
import type { StallReading } from '../chain/stall.ts';
import type { FinalityView } from '../chain/trust.ts';
import type { IncidentSummary } from '../incidents/incident.ts';
import { listOf } from '../list-of.ts';
import type { Readiness } from '../readiness/readiness.ts';
import { anchor } from '../records/anchor.ts';
import { type DiagnosisView, diagnosisView } from '../records/diagnosis.ts';
import { account, block, count, hash, known, paraId, u32 } from '../records/fields.ts';
import { finalityView } from '../records/finality.ts';
import { incidentSummary } from '../records/incident.ts';
import { type RecordSchema, record } from '../records/record.ts';
import { clock } from '../records/round.ts';
import { trialSummary } from '../records/trial.ts';
import type { Anchor, Proposal } from '../round/round.ts';
import type { RoundId } from '../round/round-id.ts';
import type { RoundClock } from '../round/tally.ts';
import { routeAssessment } from '../route/plan-schema.ts';
import type { RouteAssessment } from '../route/route.ts';
import type { AccountHex, Hex, ParaId, RelayBlock } from '../units.ts';
import { type EndpointStatus, endpointStatus } from './endpoints.ts';
import { type FleetSummary, fleetSummary } from './fleet.ts';
import { paraObservation } from './observation.ts';
import { readinessRecord } from './readiness.ts';
import { type ReleaseView, releaseView } from './release.ts';

/** A proposal in short, and what came of trying it. */
export type ProposalMark = Pick<Proposal, 'hash' | 'codeHash' | 'trial'>;

/** What everybody can see of one para. */
export interface ParaStatus {
  readonly paraId: ParaId;
  readonly name: string;
  /** How its nodes say that amounts are written: one of them told it. Null until then, missing in answers of earlier versions. */
  readonly token?: Token | null | undefined;
  /** What can be said of the para now: unknown while the service is blind. */
  readonly condition: Condition;
  /** State of the machine, nested ones with a dot: `upgrading.carryingOut`. */
  readonly state: string;
  readonly observation: ParaObservation | null;
  readonly stall: StallReading | null;
  /** The open incident, else the last one: how it ended stays visible. Missing in answers of earlier versions. */
  readonly incident?: IncidentSummary | null | undefined;
  readonly diagnosis: DiagnosisView | null;
  /** `account` is the manager who signed, or the address of the rescue contract. */
  readonly optIn: {
    readonly policy: Hex;
    readonly by: 'manager' | 'contract';
    readonly account: AccountHex;
    /** Relay block of an opt-in that was recorded when the para had stopped already; missing for others. */
    readonly whileStopped?: RelayBlock | undefined;
  } | null;
  readonly anchor: Anchor | null;
  /** Number of the round within its opening; 0 while none is open. */
  readonly round: number;
  /** Known once the anchor is frozen. */
  readonly roundId: RoundId | null;
  readonly clock: RoundClock | null;
  /** What is proposed in the open round; missing in answers of earlier versions. */
  readonly proposals?: readonly ProposalMark[] | undefined;
  readonly approved: { readonly proposal: Hex; readonly codeHash: Hex } | null;
  /** How far that is released; null where nobody is asked to, missing in answers of earlier versions. */
  readonly release?: ReleaseView | null | undefined;
  readonly route: RouteAssessment | null;
  /** Whether it could be rescued today; null before the first look, missing in answers of earlier versions. */
  readonly readiness?: Readiness | null | undefined;
  /** What somebody should do next, in plain lines; empty when nothing is needed. */
  readonly advice: readonly string[];
  /** The archive of the anchor's accounts: when it is complete, votes need no living node of the para. */
  readonly census: { readonly complete: boolean; readonly entries: number } | null;
  /** Last trouble of an actor, with its code. */
  readonly trouble: { readonly code: string; readonly message: string } | null;
}

export interface ServiceStatus {
  readonly relayGenesis: Hex;
  readonly relay: { readonly finalized: RelayBlock; readonly best: RelayBlock } | null;
  /** How well the service sees the present of the relay chain. */
  readonly sight: Sight;
  /** How blocks of the relay chain are held for final, and what may be done on them. */
  readonly finality: FinalityView;
  readonly paras: readonly ParaStatus[];
  /** By chain and place; missing in answers of earlier versions. */
  readonly endpoints?: readonly EndpointStatus[] | undefined;
  /** Every para of the relay chain in numbers, where all are watched; missing in answers of earlier versions. */
  readonly fleet?: FleetSummary | null | undefined;
}

export const paraStatus: RecordSchema<ParaStatus> = record(({ object, of }) =>
  object({
    paraId,
    name: z.string(),
    token: known(
      object({ symbol: z.string().max(200), decimals: z.int().min(0).max(MOST_DECIMALS) }).nullable(),
    ),
    condition: object({ is: z.enum(CONDITIONS), sentence: z.string() }),
    state: z.string(),
    observation: of(paraObservation).nullable(),
    stall: object({ age: block.nullable(), relayLive: z.boolean(), stalled: z.boolean() }).nullable(),
    incident: known(of(incidentSummary).nullable()),
    diagnosis: of(diagnosisView).nullable(),
    optIn: object({
      policy: hash,
      by: z.enum(['manager', 'contract']),
      account,
      whileStopped: block.optional(),
    }).nullable(),
    anchor: of(anchor).nullable(),
    round: u32,
    roundId: hash.nullable(),
    clock: of(clock).nullable(),
    proposals: z.array(object({ hash, codeHash: hash, trial: of(trialSummary).optional() })).optional(),
    approved: object({ proposal: hash, codeHash: hash }).nullable(),
    release: known(of(releaseView).nullable()),
    route: of(routeAssessment).nullable(),
    readiness: known(of(readinessRecord).nullable()),
    advice: z.array(z.string()),
    census: object({ complete: z.boolean(), entries: count }).nullable(),
    trouble: object({ code: z.string(), message: z.string() }).nullable(),
  }),
);

const relayBlocks: RecordSchema<NonNullable<ServiceStatus['relay']>> = record(({ object }) =>
  object({ finalized: block, best: block }),
);
const sight: RecordSchema<Sight> = record(({ object }) =>
  object({
    block: block.nullable(),
    readAgoMs: count,
    blockAgeMs: z.int().nullable(),
    limitMs: count,
    blind: z.string().nullable(),
  }),
);

/** `/health`: whether the service sees the present of its relay chain. */
export const healthAnswer = z.object({
  ok: z.boolean(),
  reason: z.string().nullable(),
  relay: relayBlocks.tolerant.nullable(),
  sight: sight.tolerant,
});

export const serviceStatus: RecordSchema<ServiceStatus> = record(({ object, of }) =>
  object({
    relayGenesis: hash,
    relay: of(relayBlocks).nullable(),
    sight: of(sight),
    finality: of(finalityView),
    paras: listOf(of(paraStatus), 10_000),
    endpoints: known(listOf(of(endpointStatus), 100_000)),
    fleet: known(of(fleetSummary).nullable()),
  }),
);
