import { z } from 'zod';
import { TRUSTS } from '../chain/trust.ts';
import {
  type Act,
  type Belief,
  type Blindness,
  type FinalTally,
  INCIDENT_ENDS,
  type Incident,
  type IncidentEnd,
  type IncidentRound,
  type IncidentSummary,
  type IncidentsPage,
  type Moment,
  type Onset,
  ROUND_RESULTS,
} from '../incidents/incident.ts';
import { listOf } from '../list-of.ts';
import { block, count, epochMs, hash, paraId, u32 } from './fields.ts';
import { type Parts, type RecordSchema, record } from './record.ts';
import { tallyFields } from './tally.ts';

const MOST_SENTENCES = 32;
const moment = { relayBlock: block.nullable(), at: epochMs };
const momentRecord: RecordSchema<Moment> = record(({ object }) => object(moment));
const headOf = ({ object }: Parts) => object({ hash, number: block }).nullable();
const approvedOf = ({ object }: Parts) => object({ proposal: hash, codeHash: hash }).nullable();
const keptOf = <T>({ object }: Parts, entry: z.ZodType<T>) =>
  object({ entries: listOf(entry, 1_000), leftOut: count });

const onset: RecordSchema<Onset> = record((parts) =>
  parts.object({
    relayBlock: block.nullable(),
    at: epochMs.nullable(),
    witnessed: z.boolean(),
    head: headOf(parts),
    codeHash: hash.nullable(),
  }),
);

const belief: RecordSchema<Belief> = record(({ object }) =>
  object({ ...moment, cause: z.string(), sentence: z.string(), confidence: z.string().nullable() }),
);

const blindness: RecordSchema<Blindness> = record(({ object, of }) =>
  object({ from: of(momentRecord), to: of(momentRecord).nullable(), why: z.string() }),
);

const finalTally: RecordSchema<FinalTally> = record((parts) => parts.object(tallyFields(parts)));

const incidentRound: RecordSchema<IncidentRound> = record((parts) =>
  parts.object({
    roundId: hash,
    round: u32,
    opened: parts.of(momentRecord),
    result: z.enum(ROUND_RESULTS),
    ended: parts.of(momentRecord).nullable(),
    approved: approvedOf(parts),
    tallies: listOf(parts.of(finalTally), 1_000).nullable(),
  }),
);

const act: RecordSchema<Act> = record(({ object }) =>
  object({ ...moment, event: count, type: z.string(), message: z.string(), extrinsic: hash.nullable() }),
);

const incidentEnd: RecordSchema<IncidentEnd> = record((parts) =>
  parts.object({
    ...moment,
    why: z.enum(INCIDENT_ENDS),
    context: block.nullable(),
    head: headOf(parts),
    codeHash: hash.nullable(),
    locked: z.boolean().nullable().optional(),
    aftercare: listOf(z.string(), MOST_SENTENCES).optional(),
  }),
);

export const incident: RecordSchema<Incident> = record((parts) => {
  const { object, of } = parts;
  return object({
    number: count,
    paraId,
    onset: of(onset),
    noticed: of(momentRecord),
    trust: z.enum(TRUSTS),
    proven: of(momentRecord).nullable(),
    beliefs: keptOf(parts, of(belief)),
    blind: keptOf(parts, of(blindness)),
    rounds: keptOf(parts, of(incidentRound)),
    route: z.string().nullable(),
    approved: approvedOf(parts),
    enacted: of(momentRecord).nullable(),
    lockAgain: z.boolean().optional(),
    acts: keptOf(parts, of(act)),
    end: of(incidentEnd).nullable(),
    lastEvent: count,
  });
});

export const incidentSummary: RecordSchema<IncidentSummary> = record((parts) => {
  const { object, of } = parts;
  return object({
    number: count,
    onset: of(onset),
    noticed: of(momentRecord),
    proven: of(momentRecord).nullable(),
    route: z.string().nullable(),
    approved: approvedOf(parts),
    enacted: of(momentRecord).nullable(),
    end: of(incidentEnd).nullable(),
    belief: of(belief).nullable(),
    round: of(incidentRound).nullable(),
  });
});

export const incidentsPage: RecordSchema<IncidentsPage> = record(({ object, of }) =>
  object({ incidents: listOf(of(incident), 1_000), next: count.nullable() }),
);
