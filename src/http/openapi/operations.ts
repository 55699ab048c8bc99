import { z } from 'zod';
import { countedEndorsement, signedBallot, signedEndorsement, vote } from '../../domain/records/ballot.ts';
import { incident, incidentsPage } from '../../domain/records/incident.ts';
import { contractOptIn, managerOptIn } from '../../domain/records/opt-in.ts';
import { policy } from '../../domain/records/policy.ts';
import { proposal } from '../../domain/records/proposal.ts';
import { countedRelease, signedRelease } from '../../domain/records/release.ts';
import { proposalTrial } from '../../domain/records/trial.ts';
import * as answers from '../../domain/views/answers.ts';
import { fleetPage } from '../../domain/views/fleet.ts';
import { handover } from '../../domain/views/handover.ts';
import { rescuePlan } from '../../domain/views/plan.ts';
import { healthAnswer, paraStatus, serviceStatus } from '../../domain/views/status.ts';
import { storeReport } from '../../domain/views/store.ts';
import {
  accountProof,
  accountTrial,
  proposalBody,
  substituteInstruction,
  tallyView,
  uploadInvitation,
} from '../../domain/views/voting.ts';
import { retryBody } from '../operations.ts';
import { adoptSchema, optInSchema } from '../opt-in.ts';
import {
  eventsQuery,
  fleetQuery,
  incidentsQuery,
  planQueryMembers,
  validationQuery,
  votesQuery,
} from '../queries.ts';

export type MediaType =
  | 'application/octet-stream'
  | 'application/x-ndjson'
  | 'text/event-stream'
  | 'text/markdown; charset=utf-8';

/** What is described of one route. The schemas are those by which requests are checked here, and answers by the client. */
export interface Operation {
  /** By which generated clients name it. */
  readonly id: string;
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType | MediaType;
  readonly answers: Readonly<Record<number, z.ZodType | MediaType>>;
  /** Statuses of refusals, besides those that every route may answer. */
  readonly refusals: readonly number[];
  /** True where the operator's token is asked for. */
  readonly operator?: true;
}

/** Of a read: an unknown para or thing; a service that has not looked yet; a node that says what cannot be. */
const READ = [404, 409, 502];
/** Of an act: also a body that is too large, of another type, or against the rules. */
const ACT = [403, 404, 409, 413, 415, 422, 502];
const OPERATOR = [401, 403, 404, 409, 413, 415, 422, 502];

/** Every route of the API by method and path; a test holds that it has all that are served and no other. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'GET /health': {
    id: 'getHealth',
    summary: 'Whether the service sees the present of the relay chain; 503 while it does not.',
    answers: { 200: healthAnswer, 503: healthAnswer },
    refusals: [],
  },
  'GET /v1/openapi.json': {
    id: 'getOpenApi',
    summary: 'This document.',
    answers: { 200: z.record(z.string(), z.unknown()) },
    refusals: [],
  },
  'GET /v1/status': {
    id: 'getStatus',
    summary: 'What the service sees of its relay chain, its endpoints and the paras of its configuration.',
    answers: { 200: serviceStatus.tolerant },
    refusals: [],
  },
  'GET /v1/fleet': {
    id: 'getFleet',
    summary: 'All paras that are watched, in short, in the order of their ids, page by page.',
    query: fleetQuery,
    answers: { 200: fleetPage.tolerant },
    refusals: [],
  },
  'GET /v1/paras/:id': {
    id: 'getPara',
    summary: 'One para: condition, state of the recovery, diagnosis, readiness, round and advice.',
    answers: { 200: paraStatus.tolerant },
    refusals: READ,
  },
  'GET /v1/paras/:id/policy': {
    id: 'getPolicy',
    summary: 'The policy in force; both members are null without one.',
    answers: { 200: answers.policyAnswer },
    refusals: READ,
  },
  'PUT /v1/paras/:id/policy': {
    id: 'adoptPolicy',
    summary: "The policy whose hash the para's rescue contract recorded.",
    body: adoptSchema.extend({ policy: policy.strict }),
    answers: { 200: contractOptIn.tolerant },
    refusals: ACT,
  },
  'POST /v1/paras/:id/opt-in': {
    id: 'optIn',
    summary: "The registrar manager's opt-in, with the policy, or opt-out, with null.",
    body: optInSchema.extend({ policy: policy.strict.nullable() }),
    answers: { 200: managerOptIn.tolerant },
    refusals: ACT,
  },
  'GET /v1/paras/:id/proposals': {
    id: 'getProposals',
    summary: 'Proposals of the open round, with what came of trying each.',
    answers: { 200: answers.proposalsAnswer },
    refusals: READ,
  },
  'POST /v1/paras/:id/proposals': {
    id: 'announceProposal',
    summary:
      'Propose a runtime: what is signed, which names the code by its hash. The code is asked for with 202.',
    body: proposalBody.strict,
    answers: { 201: proposal.tolerant, 202: uploadInvitation.tolerant },
    refusals: ACT,
  },
  'PUT /v1/uploads/:ticket': {
    id: 'uploadCode',
    summary: 'The code of an announced proposal.',
    body: 'application/octet-stream',
    answers: { 201: proposal.tolerant },
    refusals: ACT,
  },
  'GET /v1/paras/:id/proposals/:hash/trial': {
    id: 'getTrial',
    summary: 'The whole trial of a proposal: its blocks, its verdict, what it changes in state.',
    answers: { 200: proposalTrial.tolerant },
    refusals: READ,
  },
  'GET /v1/paras/:id/proposals/:hash/accounts/:account': {
    id: 'getAccountTrial',
    summary: "What the trial of a proposal did to one account's balance, as the policy counts it.",
    answers: { 200: accountTrial.tolerant },
    refusals: READ,
  },
  'GET /v1/code/:hash': {
    id: 'getCode',
    summary: 'A proposed code by its blake2-256 hash.',
    answers: { 200: 'application/octet-stream' },
    refusals: READ,
  },
  'GET /v1/paras/:id/votes': {
    id: 'getVotes',
    summary: 'Counted votes of the open round, one an account, in the order of admission, page by page.',
    query: votesQuery,
    answers: { 200: answers.votesAnswer },
    refusals: READ,
  },
  'POST /v1/paras/:id/votes': {
    id: 'castVote',
    summary: 'Vote with a signed ballot; a higher sequence replaces the earlier vote of the account.',
    body: signedBallot.strict,
    answers: { 201: vote.tolerant },
    refusals: ACT,
  },
  'GET /v1/paras/:id/endorsements': {
    id: 'getEndorsements',
    summary: 'The latest statement of each member of the technical body.',
    answers: { 200: answers.endorsementsAnswer },
    refusals: READ,
  },
  'POST /v1/paras/:id/endorsements': {
    id: 'endorse',
    summary: 'As a member of the technical body: endorse a proposal, or withdraw that.',
    body: signedEndorsement.strict,
    answers: { 201: countedEndorsement.tolerant },
    refusals: ACT,
  },
  'GET /v1/paras/:id/tally': {
    id: 'getTally',
    summary: 'What the votes of the open round add up to, else those of the last one.',
    answers: { 200: tallyView.tolerant },
    refusals: READ,
  },
  'GET /v1/paras/:id/accounts/:account/proof': {
    id: 'getAccountProof',
    summary: "An account's power at the anchor, with the storage proof.",
    answers: { 200: accountProof.tolerant },
    refusals: READ,
  },
  'GET /v1/paras/:id/evidence': {
    id: 'getEvidence',
    summary: 'Evidence of the open round, else of the last one: a JSON document a line.',
    answers: { 200: 'application/x-ndjson' },
    refusals: READ,
  },
  'GET /v1/paras/:id/releases': {
    id: 'getReleases',
    summary:
      'How far the approved decision is released, and what a release of it signs; null where nobody is asked.',
    answers: { 200: answers.releasesAnswer },
    refusals: READ,
  },
  'POST /v1/paras/:id/releases': {
    id: 'release',
    summary: 'Release the approved decision, or withdraw that until something was sent.',
    body: signedRelease.strict,
    answers: { 201: countedRelease.tolerant },
    refusals: ACT,
  },
  'GET /v1/paras/:id/heads': {
    id: 'getHeads',
    summary: 'When the last heads of the para were included.',
    answers: { 200: answers.headsAnswer },
    refusals: READ,
  },
  'GET /v1/paras/:id/plan': {
    id: 'getPlan',
    summary: 'Every way back for the para as it is now, best first; with all four of the query, for a code.',
    query: planQueryMembers,
    answers: { 200: rescuePlan.tolerant },
    refusals: READ,
  },
  'GET /v1/paras/:id/substitute': {
    id: 'getSubstitute',
    summary: 'What node operators put into codeSubstitutes after a vote.',
    answers: { 200: substituteInstruction.tolerant },
    refusals: READ,
  },
  'GET /v1/paras/:id/handover': {
    id: 'getHandover',
    summary: 'The call that waits for an outside signer, or for other signatories of a multisig.',
    answers: { 200: handover.tolerant },
    refusals: READ,
  },
  'GET /v1/incidents': {
    id: 'getIncidents',
    summary: 'Incidents of all paras, newest first, page by page.',
    query: incidentsQuery,
    answers: { 200: incidentsPage.tolerant },
    refusals: [],
  },
  'GET /v1/incidents/:number': {
    id: 'getIncident',
    summary: 'One incident: what stopped, since when, what was believed and done, how it ended.',
    answers: { 200: incident.tolerant },
    refusals: [404],
  },
  'GET /v1/paras/:id/incidents': {
    id: 'getIncidentsOfPara',
    summary: 'Incidents of one para, newest first, page by page.',
    query: incidentsQuery,
    answers: { 200: incidentsPage.tolerant },
    refusals: READ,
  },
  'GET /v1/paras/:id/validation': {
    id: 'getValidation',
    summary: 'What a decision was to do and did, with a sentence for each difference.',
    query: validationQuery,
    answers: { 200: answers.validationAnswer },
    refusals: READ,
  },
  'GET /v1/paras/:id/validation.md': {
    id: 'getValidationText',
    summary: 'The same for people.',
    query: validationQuery,
    answers: { 200: 'text/markdown; charset=utf-8' },
    refusals: READ,
  },
  'POST /v1/paras/:id/retry': {
    id: 'retry',
    summary: 'Have the approved decision go on, or leave it and let holders decide anew.',
    body: retryBody,
    answers: { 200: answers.retryAnswer },
    refusals: OPERATOR,
    operator: true,
  },
  'POST /v1/store/check': {
    id: 'checkStore',
    summary: 'Reads the whole database and says what is wrong with it.',
    answers: { 200: storeReport.tolerant },
    refusals: OPERATOR,
    operator: true,
  },
  'POST /v1/store/backup': {
    id: 'backupStore',
    summary: 'A backup of the database at this moment.',
    answers: { 200: 'application/octet-stream' },
    refusals: OPERATOR,
    operator: true,
  },
  'GET /v1/live': {
    id: 'followLive',
    summary:
      'Server-sent events: what the service sees of its paras now, and again whenever something of it changed.',
    answers: { 200: 'text/event-stream' },
    refusals: [],
  },
  'GET /v1/events': {
    id: 'followEvents',
    summary:
      'Server-sent events from the first one on, or after `after` or the header Last-Event-ID: the data of each is an Event.',
    query: eventsQuery,
    answers: { 200: 'text/event-stream' },
    refusals: [404],
  },
};
