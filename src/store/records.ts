import { decodeText } from '../bytes/bytes.ts';
import { actsState } from '../domain/records/acts-state.ts';
import { alert, alertsRead } from '../domain/records/alert.ts';
import { provenAnchor } from '../domain/records/anchor.ts';
import { authorisationTold } from '../domain/records/authorisation.ts';
import { countedEndorsement, vote } from '../domain/records/ballot.ts';
import { census } from '../domain/records/census.ts';
import { serviceEvent } from '../domain/records/event.ts';
import { count } from '../domain/records/fields.ts';
import { finalizedRecord, followedRecord, setEnd } from '../domain/records/finality.ts';
import { incident } from '../domain/records/incident.ts';
import { journalEntry } from '../domain/records/journal.ts';
import { acceptedLoss } from '../domain/records/loss.ts';
import { optIn } from '../domain/records/opt-in.ts';
import { policy } from '../domain/records/policy.ts';
import { proposal } from '../domain/records/proposal.ts';
import { type RecordSchema, record } from '../domain/records/record.ts';
import { countedRelease } from '../domain/records/release.ts';
import { endedRound } from '../domain/records/round.ts';
import { savedSnapshot } from '../domain/records/snapshot.ts';
import { keptTrial } from '../domain/records/trial.ts';
import { validationPage } from '../domain/records/validation.ts';
import { readinessChecks } from '../domain/views/readiness.ts';
import { earlierEndorsement, earlierProposal, earlierRound, earlierVote } from './earlier-records.ts';
import type { KindName } from './key-layout.ts';
import { type Key, kindOf } from './keys.ts';

export const formatRecord = record(({ object }) => object({ format: count }));
export const countersRecord = record(({ object }) => object({ lastEvent: count }));

/** What each kind of record is parsed with; null for bytes. */
export const RECORDS: Readonly<Record<KindName, Pick<RecordSchema<unknown>, 'strict' | 'tolerant'> | null>> =
  {
    format: formatRecord,
    anchor: provenAnchor,
    earlierAnchor: provenAnchor,
    authorisation: authorisationTold,
    code: null,
    round: endedRound,
    earlierRound,
    event: serviceEvent,
    endorsement: countedEndorsement,
    release: countedRelease,
    earlierEndorsement,
    actsState,
    alert,
    alertsRead,
    followed: followedRecord,
    finalized: finalizedRecord,
    setEnd,
    incident,
    journal: journalEntry,
    proof: null,
    loss: acceptedLoss,
    node: null,
    optIn,
    page: validationPage,
    policy,
    proposal,
    trial: keptTrial,
    earlierProposal,
    readiness: readinessChecks,
    snapshot: savedSnapshot,
    counters: countersRecord,
    vote,
    earlierVote,
    census,
  };

/** Whether the value is what a record of this kind looks like. */
export function isReadable(key: Key, value: Uint8Array): boolean {
  const kind = kindOf(key);
  if (kind === null) return false;
  const schema = RECORDS[kind];
  if (schema === null) return true;
  try {
    return schema.strict.safeParse(JSON.parse(decodeText(value))).success;
  } catch {
    return false;
  }
}
