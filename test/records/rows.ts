import fc from 'fast-check';
import type { ServiceClient } from '../../src/client/service-client.ts';
import { toJson } from '../../src/domain/json.ts';
import { type Policy, policyHash } from '../../src/domain/policy/policy.ts';
import { actsState } from '../../src/domain/records/acts-state.ts';
import * as alerts from '../../src/domain/records/alert.ts';
import * as anchor from '../../src/domain/records/anchor.ts';
import { authorisationTold } from '../../src/domain/records/authorisation.ts';
import * as ballot from '../../src/domain/records/ballot.ts';
import { census } from '../../src/domain/records/census.ts';
import { diagnosisView } from '../../src/domain/records/diagnosis.ts';
import { serviceEvent } from '../../src/domain/records/event.ts';
import * as finality from '../../src/domain/records/finality.ts';
import * as incident from '../../src/domain/records/incident.ts';
import * as journal from '../../src/domain/records/journal.ts';
import { acceptedLoss } from '../../src/domain/records/loss.ts';
import * as optIns from '../../src/domain/records/opt-in.ts';
import { policy } from '../../src/domain/records/policy.ts';
import { proposal } from '../../src/domain/records/proposal.ts';
import type { RecordSchema } from '../../src/domain/records/record.ts';
import * as release from '../../src/domain/records/release.ts';
import * as round from '../../src/domain/records/round.ts';
import { savedSnapshot } from '../../src/domain/records/snapshot.ts';
import * as trial from '../../src/domain/records/trial.ts';
import { validationPage } from '../../src/domain/records/validation.ts';
import type { ManagerOptIn, OptIn } from '../../src/domain/round/round.ts';
import { chainFact, routeAssessment } from '../../src/domain/route/plan-schema.ts';
import type { ParaId } from '../../src/domain/units.ts';
import { endpointStatus } from '../../src/domain/views/endpoints.ts';
import { fleetPage, fleetSummary } from '../../src/domain/views/fleet.ts';
import { handover } from '../../src/domain/views/handover.ts';
import { liveOf, liveStatus } from '../../src/domain/views/live.ts';
import { paraObservation } from '../../src/domain/views/observation.ts';
import { rescuePlan } from '../../src/domain/views/plan.ts';
import * as readiness from '../../src/domain/views/readiness.ts';
import { releaseView } from '../../src/domain/views/release.ts';
import { paraStatus, serviceStatus } from '../../src/domain/views/status.ts';
import { storeFinding, storeReport } from '../../src/domain/views/store.ts';
import {
  accountProof,
  accountTrial,
  jointProposalBody,
  ownProposalBody,
  proposalBody,
  substituteInstruction,
  tallyView,
  uploadInvitation,
} from '../../src/domain/views/voting.ts';
import { createAlerts } from '../../src/store/alerts.ts';
import { createAuthorisations } from '../../src/store/authorisations.ts';
import { createCensusStore } from '../../src/store/census.ts';
import type { Database } from '../../src/store/database.ts';
import { createFinalityStore } from '../../src/store/finality.ts';
import { createIncidents } from '../../src/store/incidents.ts';
import { createJournal } from '../../src/store/journal.ts';
import * as keys from '../../src/store/keys.ts';
import { createLedger } from '../../src/store/ledger.ts';
import { createPages } from '../../src/store/pages.ts';
import { createReadinessStore } from '../../src/store/readiness.ts';
import { createSnapshotStore } from '../../src/store/snapshots.ts';
import { blake, hash, sampleOptIn, samplePolicy, sampleProposal, sampleVote } from '../store/samples.ts';
import { CODE, type RecordingService } from '../support/recording-service.ts';
import * as some from './arbitraries.ts';
import { pages } from './page-samples.ts';
import { chainFacts, rescuePlans, routeAssessments } from './route-samples.ts';

/** How a value gets into the database and out of it, by the store's own functions. */
export interface StoreDoor {
  readonly key: keys.Key;
  put(): Promise<unknown>;
  get(): Promise<unknown>;
}

/** A record or view with values of it, and with the borders that it crosses. */
export interface TypedRow<T> {
  readonly schema: RecordSchema<T>;
  readonly values: fc.Arbitrary<T>;
  /** Names of the records that it is a part of, when it crosses no border on its own. */
  readonly partOf?: readonly string[];
  readonly store?: (database: Database, value: T) => StoreDoor;
  /** Makes the service give `value` and asks for it through the client. */
  readonly answer?: (value: T, service: RecordingService, client: ServiceClient) => Promise<unknown>;
  /** Sends it through the client, and tells what the service gets. */
  readonly body?: {
    readonly path: (value: T) => string;
    readonly wrap?: (value: unknown) => unknown;
    readonly send: (value: T, client: ServiceClient) => Promise<unknown>;
    readonly received: (argument: unknown) => unknown;
  };
}
export type Door = 'store' | 'answer' | 'body';

/** A row whose type only its user names. */
export interface Row {
  readonly schema: object;
  readonly partOf: readonly string[];
  readonly has: (door: Door) => boolean;
  use(visit: <T>(row: TypedRow<T>) => Promise<void>): Promise<void>;
}

function row<T>(typed: TypedRow<T>): Row {
  const { schema, partOf = [] } = typed;
  return { schema, partOf, has: (door) => typed[door] !== undefined, use: (visit) => visit(typed) };
}

const part = <T>(schema: RecordSchema<T>, values: fc.Arbitrary<T>, ...partOf: string[]): Row =>
  row({ schema, values, partOf });

const POLICIES: fc.Arbitrary<Policy> = fc
  .integer({ min: 1, max: 99 })
  .map((percent) => samplePolicy(`${percent}%`));
const MANAGER_OPT_INS = fc.oneof<fc.Arbitrary<ManagerOptIn>[]>(some.signedOptIns, some.jointOptIns);
const OPT_INS = fc.oneof<fc.Arbitrary<OptIn>[]>(MANAGER_OPT_INS, some.contractOptIns);

function putOptIn(database: Database, value: OptIn): StoreDoor {
  const ledger = createLedger(database);
  return {
    key: keys.optInKey(value.paraId),
    put: () => ledger.putOptIn(value, value.action === 'opt-in' ? samplePolicy() : null),
    get: () => ledger.optIn(value.paraId),
  };
}

/** What a service may answer to a vote or endorsement: what it got, counted. */
const counted = { power: 1n, admittedAt: 1 };

export const ROWS: Readonly<Record<string, Row>> = {
  ownBallot: part(ballot.ownBallot, some.ownBallots, 'signedBallot'),
  jointBallot: part(ballot.jointBallot, some.jointBallots, 'signedBallot'),
  ownEndorsement: part(ballot.ownEndorsement, some.ownEndorsements, 'signedEndorsement'),
  jointEndorsement: part(ballot.jointEndorsement, some.jointEndorsements, 'signedEndorsement'),
  ownProposalBody: part(ownProposalBody, some.ownProposalBodies, 'proposalBody'),
  jointProposalBody: part(jointProposalBody, some.jointProposalBodies, 'proposalBody'),
  signedBallot: row({
    schema: ballot.signedBallot,
    values: some.signedBallots,
    body: {
      path: ({ paraId }) => `/v1/paras/${paraId}/votes`,
      send: (value, client) => client.vote(value),
      received: (argument) => argument,
    },
  }),
  vote: row({
    schema: ballot.vote,
    values: some.votes,
    store: (database, value) => {
      const ledger = createLedger(database);
      return {
        key: keys.voteKey(value, value.account),
        put: () => ledger.putVote(value, [], []),
        get: async () => (await ledger.votes(value))[0],
      };
    },
    answer: async (value, service, client) => {
      service.storedVotes = [value];
      return (await client.votes(2000))[0];
    },
  }),
  signedEndorsement: row({
    schema: ballot.signedEndorsement,
    values: some.signedEndorsements,
    body: {
      path: ({ paraId }) => `/v1/paras/${paraId}/endorsements`,
      send: (value, client) => client.endorse(value),
      received: (argument) => argument,
    },
  }),
  countedEndorsement: row({
    schema: ballot.countedEndorsement,
    values: some.endorsements,
    store: (database, value) => {
      const ledger = createLedger(database);
      return {
        key: keys.endorsementKey(value, value.proposal, value.account),
        put: () => ledger.putEndorsement(value),
        get: async () => (await ledger.endorsements(value))[0],
      };
    },
    answer: async (value, service, client) => {
      service.endorsements = async () => [value];
      return (await client.endorsements(2000))[0];
    },
  }),
  signedRelease: row({
    schema: release.signedRelease,
    values: some.signedReleases,
    body: {
      path: ({ paraId }) => `/v1/paras/${paraId}/releases`,
      send: (value, client) => client.release(value),
      received: (argument) => argument,
    },
  }),
  countedRelease: row({
    schema: release.countedRelease,
    values: some.releases,
    store: (database, value) => {
      const ledger = createLedger(database);
      return {
        key: keys.releaseKey(value, value.account),
        put: () => ledger.putRelease(value),
        get: async () => (await ledger.releases(value))[0],
      };
    },
  }),
  releasedDecision: part(release.releasedDecision, some.releasedDecisions, 'releaseView'),
  releaseStanding: part(release.releaseStanding, some.releaseStandings, 'releaseView'),
  releaseView: row({
    schema: releaseView,
    values: some.releaseViews,
    answer: (value, service, client) => {
      service.releases = async () => value;
      return client.releases(2000);
    },
  }),
  proposal: row({
    schema: proposal,
    values: some.proposals.map((value) => ({ ...value, codeHash: blake(CODE) })),
    store: (database, value) => {
      const ledger = createLedger(database);
      return {
        key: keys.proposalKey(value, value.hash),
        put: () => ledger.putProposal(value, CODE),
        get: async () => (await ledger.proposals(value))[0],
      };
    },
    answer: async (value, service, client) => {
      service.proposed = [value];
      return (await client.proposals(2000))[0];
    },
  }),
  trialSummary: part(trial.trialSummary, some.trialSummaries, 'proposal', 'tallyView', 'paraStatus'),
  chainFact: part(chainFact, chainFacts, 'routeAssessment'),
  changedEntry: part(trial.changedEntry, some.changedEntries, 'keptTrial', 'accountTrial'),
  proposalTrial: row({
    schema: trial.proposalTrial,
    values: some.trials,
    answer: (value, service, client) => {
      service.trial = async () => value;
      return client.trial(2000, hash(8));
    },
  }),
  keptTrial: row({
    schema: trial.keptTrial,
    values: some.keptTrials,
    store: (database, value) => {
      const ledger = createLedger(database);
      const proposed = sampleProposal(CODE);
      return {
        key: keys.trialKey(proposed, proposed.hash),
        put: () => ledger.putProposal(proposed, CODE, { ...value, fresh: [] }),
        get: () => ledger.trial(proposed, proposed.hash),
      };
    },
  }),
  accountTrial: row({
    schema: accountTrial,
    values: some.accountTrials,
    answer: (value, service, client) => {
      service.accountTrial = async () => value;
      return client.accountTrial(2000, hash(8), hash(9));
    },
  }),
  proposalBody: row({
    schema: proposalBody,
    values: some.proposalBodies,
    body: {
      path: () => '/v1/paras/2000/proposals',
      send: (head, client) => client.propose({ ...head, paraId: 2000, code: CODE }),
      received: (argument) => {
        const { paraId: _, ...rest } = argument as { paraId: ParaId };
        return rest;
      },
    },
  }),
  uploadInvitation: row({
    schema: uploadInvitation,
    values: some.uploadInvitations,
    answer: async ({ hash: announced, codeHash, upload }, service, client) => {
      // What the door itself makes of it: the path is its own.
      service.announce = async () => ({ hash: announced, proposal: null });
      const response = await fetch(`${client.url}/v1/paras/2000/proposals`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: toJson({
          roundId: hash(0x1d),
          codeHash,
          text: 'x',
          proposer: hash(1),
          signature: `0x${'ab'.repeat(64)}`,
          scheme: 'sr25519',
        }),
      });
      return { ...uploadInvitation.tolerant.parse(await response.json()), upload };
    },
  }),
  signedOptIn: part(optIns.signedOptIn, some.signedOptIns, 'managerOptIn', 'optIn'),
  jointOptIn: part(optIns.jointOptIn, some.jointOptIns, 'managerOptIn', 'optIn'),
  managerOptIn: row({
    schema: optIns.managerOptIn,
    values: MANAGER_OPT_INS,
    answer: (value, service, client) => {
      service.optIn = async () => value;
      return client.optIn(
        { ...sampleOptIn(), account: hash(3), signature: sampleVote().signature, scheme: 'sr25519' },
        null,
      );
    },
    body: {
      path: ({ paraId }) => `/v1/paras/${paraId}/opt-in`,
      wrap: (optIn) => ({ optIn, policy: null }),
      send: (value, client) => client.optIn(value, null),
      received: (argument) => argument,
    },
  }),
  contractOptIn: row({
    schema: optIns.contractOptIn,
    values: some.contractOptIns,
    answer: (value, service, client) => {
      service.adoptPolicy = async () => value;
      return client.adoptPolicy(2000, samplePolicy());
    },
  }),
  optIn: row({
    schema: optIns.optIn,
    values: OPT_INS.map((value) => ({ ...value, policy: policyHash(samplePolicy()) })),
    store: putOptIn,
  }),
  policy: row({
    schema: policy,
    values: POLICIES,
    store: (database, value) => {
      const ledger = createLedger(database);
      const hashOf = policyHash(value);
      return {
        key: keys.policyKey(hashOf),
        put: () => ledger.putOptIn(sampleOptIn({ policy: hashOf }), value),
        get: () => ledger.policy(hashOf),
      };
    },
    answer: (value, service, client) => {
      service.policy = async () => value;
      return client.policy(2000);
    },
  }),
  provenAnchor: row({
    schema: anchor.provenAnchor,
    values: fc.record({ anchor: some.anchors, evidence: some.anchorEvidence }),
    store: (database, value) => {
      const ledger = createLedger(database);
      const head = value.anchor.head.hash;
      const at = value.anchor.relay.number;
      return {
        key: keys.anchorKey(2000, head, at),
        put: () => ledger.putAnchor(2000, value.anchor, value.evidence),
        get: () => ledger.anchor(2000, head, at),
      };
    },
  }),
  anchor: part(anchor.anchor, some.anchors, 'provenAnchor', 'accountProof', 'paraStatus'),
  anchorEvidence: part(anchor.anchorEvidence, some.anchorEvidence, 'provenAnchor', 'accountProof'),
  relayBlockRef: part(anchor.relayBlockRef, some.relayBlocks, 'anchor', 'paraObservation'),
  paraHeadRef: part(anchor.paraHeadRef, some.heads, 'anchor', 'paraObservation'),
  clock: part(round.clock, some.clocks, 'endedRound', 'tallyView', 'paraStatus'),
  endedRound: row({
    schema: round.endedRound,
    values: some.endedRounds,
    store: (database, value) => {
      const ledger = createLedger(database);
      return {
        key: keys.roundKey(value),
        put: () => ledger.putRound(value),
        get: async () => (await ledger.rounds(value.paraId))[0],
      };
    },
  }),
  alert: row({
    schema: alerts.alert,
    values: some.alerts,
    store: (database, value) => {
      const { save } = createAlerts(database);
      return {
        key: keys.alertKey(value.key),
        put: () => save({ changed: [value], gone: [], lastEvent: 1 }),
        get: () => database.read(keys.alertKey(value.key), alerts.alert),
      };
    },
  }),
  alertsRead: row({
    schema: alerts.alertsRead,
    values: some.alertsRead,
    store: (database, value) => {
      const { save } = createAlerts(database);
      return {
        key: keys.ALERTS_READ_KEY,
        put: () => save({ changed: [], gone: [], ...value }),
        get: () => database.read(keys.ALERTS_READ_KEY, alerts.alertsRead),
      };
    },
  }),
  authorisationTold: row({
    schema: authorisationTold,
    values: some.authorisationsTold,
    store: (database, value) => {
      const { save } = createAuthorisations(database);
      return {
        key: keys.authorisationKey(2000),
        put: () => save(2000, value.known),
        get: () => database.read(keys.authorisationKey(2000), authorisationTold),
      };
    },
  }),
  incident: row({
    schema: incident.incident,
    // The store gives the number itself, one over all paras.
    values: some.incidents.map((value) => ({ ...value, number: 1, paraId: 2000 })),
    store: (database, { number, ...value }) => {
      const { begin, get } = createIncidents(database);
      return {
        key: keys.incidentKey(value.paraId, number),
        put: () => begin(value),
        get: () => get(number),
      };
    },
    answer: (value, service, client) => {
      service.incident = async () => value;
      return client.incident(1);
    },
  }),
  incidentSummary: part(incident.incidentSummary, some.incidentSummaries, 'paraStatus'),
  incidentsPage: row({
    schema: incident.incidentsPage,
    values: some.incidents.map((value) => ({ incidents: [value], next: null })),
    answer: async (value, service, client) => {
      service.incidents = async () => value;
      return { incidents: await client.incidents(2000), next: null };
    },
  }),
  validationPage: row({
    schema: validationPage,
    values: pages,
    store: (database, value) => {
      const { get, put } = createPages(database);
      const roundId = value.decision?.roundId ?? hash(1);
      return {
        key: keys.pageKey({ paraId: value.paraId, roundId }),
        put: () => put(value),
        get: () => get(value.paraId, roundId),
      };
    },
    answer: (value, service, client) => {
      service.page = async () => value;
      return client.page(2000);
    },
  }),
  signedExtrinsic: part(journal.signedExtrinsic, some.extrinsics, 'journalEntry'),
  journalEntry: row({
    schema: journal.journalEntry,
    values: some.journalEntries,
    store: (database, value) => {
      const { get, put } = createJournal(database);
      return {
        key: keys.journalKey(Number(value.key.split('/')[0]), value.key),
        put: () => put(value),
        get: () => get(value.key),
      };
    },
  }),
  census: row({
    schema: census,
    values: some.censuses,
    store: (database, value) => {
      const { load, save } = createCensusStore(database);
      return {
        key: keys.censusKey(2000, hash(0xaa)),
        put: () => save(2000, hash(0xaa), value, []),
        get: () => load(2000, hash(0xaa)),
      };
    },
  }),
  readinessChecks: row({
    schema: readiness.readinessChecks,
    values: fc.record({ checks: fc.array(some.readinessCheckRecords, { maxLength: 3 }) }),
    store: (database, value) => {
      const { save } = createReadinessStore(database);
      return {
        key: keys.readinessKey(2000),
        put: () => save(2000, value.checks),
        get: () => database.read(keys.readinessKey(2000), readiness.readinessChecks),
      };
    },
  }),
  readinessRecord: part(readiness.readinessRecord, some.readinesses, 'paraStatus'),
  readinessCheck: part(
    readiness.readinessCheck,
    some.readinessCheckRecords,
    'readinessRecord',
    'readinessChecks',
  ),
  acceptedLoss: row({
    schema: acceptedLoss,
    values: some.acceptedLosses,
    store: (database, value) => {
      const key = keys.lossKey(value.paraId, value.acceptedAt);
      return {
        key,
        put: () => database.exclusively(() => database.write([{ key, value }])),
        get: () => database.read(key, acceptedLoss),
      };
    },
  }),
  actsState: row({
    schema: actsState,
    values: some.actsStates,
    store: (database, value) => ({
      key: keys.ACTS_STATE_KEY,
      put: () => database.exclusively(() => database.write([{ key: keys.ACTS_STATE_KEY, value }])),
      get: () => database.read(keys.ACTS_STATE_KEY, actsState),
    }),
  }),
  storeFinding: row({
    schema: storeFinding,
    values: some.storeFindings,
    partOf: ['storeReport', 'acceptedLoss'],
  }),
  storeReport: row({
    schema: storeReport,
    values: some.storeReports,
    answer: (value, service, client) => {
      service.checkStore = async () => value;
      return client.checkStore();
    },
  }),
  followedRecord: row({
    schema: finality.followedRecord,
    values: some.followedRecords,
    store: (database, value) => {
      const { load, save } = createFinalityStore(database);
      const newest = { number: 1, hash: hash(1) };
      return {
        key: keys.FOLLOWED_KEY,
        put: () => save(newest, value, null),
        get: async () => {
          await save(newest, null, null);
          return (await load())?.followed;
        },
      };
    },
  }),
  checkpoint: part(finality.checkpoint, some.checkpoints, 'followedRecord'),
  finalizedRecord: row({
    schema: finality.finalizedRecord,
    values: some.finalizedRecords,
    store: (database, value) => {
      const { load, save } = createFinalityStore(database);
      const [followed = {}] = fc.sample(some.followedRecords, 1);
      return {
        key: keys.FINALIZED_KEY,
        put: () => save(value, null, null),
        // The two belong together: alone neither is given.
        get: async () => {
          await database.exclusively(() => database.write([{ key: keys.FOLLOWED_KEY, value: followed }]));
          return (await load())?.finalized;
        },
      };
    },
  }),
  setEnd: row({
    schema: finality.setEnd,
    values: some.setEnds,
    store: (database, value) => {
      const { endAfter, save } = createFinalityStore(database);
      return {
        key: keys.setEndKey(value.number),
        put: () => save(value, null, value),
        get: () => endAfter(value.number, value.checkpoint),
      };
    },
  }),
  finalityView: part(finality.finalityView, some.finalityViews, 'serviceStatus'),
  savedSnapshot: row({
    schema: savedSnapshot,
    values: some.snapshots,
    store: (database, value) => {
      const { load, save } = createSnapshotStore(database, Date.now);
      return { key: keys.snapshotKey(2000), put: () => save(2000, value, []), get: () => load(2000) };
    },
  }),
  serviceEvent: row({
    schema: serviceEvent,
    // The log gives ids itself.
    values: some.events.map((event) => ({ ...event, id: 1 })),
    store: (database, { id, at, ...told }) => {
      const { append, eventsAfter } = createSnapshotStore(database, () => at);
      return {
        key: keys.eventKey(id),
        put: () => append([told]),
        get: async () => (await eventsAfter(0, 1))[0],
      };
    },
    answer: async (value, service, client) => {
      service.log.splice(0, service.log.length, value);
      const stop = new AbortController();
      for await (const event of client.events({ after: 0, signal: stop.signal })) {
        stop.abort();
        return event;
      }
      return null;
    },
  }),
  paraObservation: part(paraObservation, some.observations, 'paraStatus'),
  routeAssessment: part(routeAssessment, routeAssessments, 'paraStatus'),
  diagnosisView: part(diagnosisView, some.diagnoses, 'paraStatus'),
  paraStatus: row({
    schema: paraStatus,
    values: some.paraStatuses,
    answer: (value, service, client) => {
      service.para = () => value;
      return client.para(2000);
    },
  }),
  endpointStatus: part(endpointStatus, some.endpointStatuses, 'serviceStatus'),
  serviceStatus: row({
    schema: serviceStatus,
    values: some.serviceStatuses,
    answer: (value, service, client) => {
      service.status = () => value;
      return client.status();
    },
  }),
  // Made of the status, and streamed: test/http/page.test.ts reads it.
  liveStatus: part(liveStatus, some.serviceStatuses.map(liveOf), 'serviceStatus'),
  fleetSummary: part(fleetSummary, some.fleetSummaries, 'serviceStatus'),
  fleetPage: row({
    schema: fleetPage,
    values: some.fleetPages,
    answer: (value, service, client) => {
      service.fleet = () => value;
      return client.fleet();
    },
  }),
  tallyView: row({
    schema: tallyView,
    values: some.tallies,
    answer: (value, service, client) => {
      service.tally = async () => value;
      return client.tally(2000);
    },
  }),
  accountProof: row({
    schema: accountProof,
    values: some.accountProofs,
    answer: (value, service, client) => {
      service.accountProof = async () => value;
      return client.accountProof(2000, hash(9));
    },
  }),
  handover: row({
    schema: handover,
    values: some.handovers,
    answer: (value, service, client) => {
      service.handover = async () => value;
      return client.handover(2000);
    },
  }),
  substituteInstruction: row({
    schema: substituteInstruction,
    values: some.substitutes,
    answer: (value, service, client) => {
      service.substitute = async () => value;
      return client.substitute(2000);
    },
  }),
  rescuePlan: row({
    schema: rescuePlan,
    values: rescuePlans,
    answer: (value, service, client) => {
      service.plan = async () => value;
      return client.plan(2000);
    },
  }),
};

/** Makes the service count whatever is sent, for any para, and gives the list of what it got. */
export function takeEverything(service: RecordingService): unknown[] {
  const got: unknown[] = [];
  service.vote = async (value) => {
    got.push(value);
    return { ...value, ...counted };
  };
  service.endorse = async (value) => {
    got.push(value);
    return { ...value, admittedAt: counted.admittedAt };
  };
  service.release = async (value) => {
    got.push(value);
    return { ...value, admittedAt: counted.admittedAt };
  };
  service.optIn = async (value) => {
    got.push(value);
    return value;
  };
  service.announce = async (head) => {
    got.push(head);
    const [proposal = null] = service.proposed;
    return { hash: hash(8), proposal };
  };
  return got;
}
