import type { z } from 'zod';
import type { Handover } from '../domain/chain/handover.ts';
import type { HeadPoint } from '../domain/chain/head-progress.ts';
import { ERROR_CODES, messageOf, RescueError, type RescueErrorCode } from '../domain/errors.ts';
import type { ServiceEvent } from '../domain/events.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import { innermostIssue } from '../domain/innermost-issue.ts';
import { toJson } from '../domain/json.ts';
import { oneLine } from '../domain/plain-text.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { countedEndorsement, vote } from '../domain/records/ballot.ts';
import { serviceEvent } from '../domain/records/event.ts';
import { incident, incidentsPage } from '../domain/records/incident.ts';
import { contractOptIn, managerOptIn } from '../domain/records/opt-in.ts';
import { proposal } from '../domain/records/proposal.ts';
import { countedRelease } from '../domain/records/release.ts';
import { proposalTrial } from '../domain/records/trial.ts';
import { validationPage } from '../domain/records/validation.ts';
import type { CountedEndorsement, SignedEndorsement } from '../domain/round/endorsement.ts';
import type { CountedRelease, SignedRelease } from '../domain/round/release.ts';
import type {
  ContractOptIn,
  CountedVote,
  ManagerOptIn,
  OptInMeant,
  Proposal,
  SignedBallot,
} from '../domain/round/round.ts';
import type { PlannedCode, RescuePlan } from '../domain/route/option.ts';
import { shownUrl, shownValue } from '../domain/shown-value.ts';
import type { ProposalTrial } from '../domain/trial/proposal-trial.ts';
import type { Hex, ParaId, RelayBlock } from '../domain/units.ts';
import type { ValidationPage } from '../domain/validation/page.ts';
import * as answers from '../domain/views/answers.ts';
import { type FleetPage, fleetPage } from '../domain/views/fleet.ts';
import { handover } from '../domain/views/handover.ts';
import { type LiveStatus, liveStatus } from '../domain/views/live.ts';
import { rescuePlan } from '../domain/views/plan.ts';
import type { ReleaseView } from '../domain/views/release.ts';
import { type ParaStatus, paraStatus, type ServiceStatus, serviceStatus } from '../domain/views/status.ts';
import { type StoreReport, storeReport } from '../domain/views/store.ts';
import {
  type AccountProof,
  type AccountTrial,
  accountProof,
  accountTrial,
  type ProposalHead,
  type SubstituteInstruction,
  substituteInstruction,
  type TallyView,
  tallyView,
} from '../domain/views/voting.ts';
import * as sizes from './answer-sizes.ts';
import { readUntil, within } from './deadline.ts';
import { readEventStream } from './event-stream.ts';
import { planQuery } from './plan-query.ts';
import { type Bounds, readBytes, readJson } from './read-answer.ts';
import { wholeFleet } from './whole-fleet.ts';

/** Where `pararescue serve` listens unless its configuration says otherwise. */
export const DEFAULT_SERVICE_URL = 'http://127.0.0.1:9955';

const REQUEST_TIMEOUT_MS = 120_000;
const JSON_BODY = { 'content-type': 'application/json' };
/** Longest list of what is wrong with an answer, and longest sentence of a service that is passed on. */
const LONGEST_PROBLEM = 300;
const LONGEST_SENTENCE = 20_000;
/** Told how much has been read. */
type OnPage = (read: number) => void;
interface EventsRequest {
  /** Id of the last event that is known already; 0 tells all from the beginning. */
  readonly after: number;
  readonly paraId?: ParaId;
  /** Ends the stream without an error. */
  readonly signal: AbortSignal;
}

/**
 * A service over HTTP. What it refuses is thrown as `RescueError` with its own code and sentence; silence or nonsense
 * as RESCUE_SERVICE_UNREACHABLE with the URL.
 */
export interface ServiceClient {
  readonly url: string;
  status(): Promise<ServiceStatus>;
  para(paraId: ParaId): Promise<ParaStatus>;
  /** All paras that the service watches, page by page, in the order of their ids. */
  fleet(wanted?: { readonly troubled?: boolean }): Promise<FleetPage>;
  policy(paraId: ParaId): Promise<Policy | null>;
  optIn(optIn: ManagerOptIn, policy: Policy | null, meant?: OptInMeant): Promise<ManagerOptIn>;
  adoptPolicy(paraId: ParaId, policy: Policy, meant?: OptInMeant): Promise<ContractOptIn>;
  /** Announces the proposal and sends its code when the service asks for it. */
  propose(input: ProposalHead & { readonly code: Uint8Array }): Promise<Proposal>;
  proposals(paraId: ParaId): Promise<readonly Proposal[]>;
  /** What came of trying a proposal of the open round. */
  trial(paraId: ParaId, proposal: Hex): Promise<ProposalTrial>;
  /** What that did to the balance of one account: hex or SS58 address. */
  accountTrial(paraId: ParaId, proposal: Hex, account: string): Promise<AccountTrial>;
  code(codeHash: Hex): Promise<Uint8Array>;
  vote(ballot: SignedBallot): Promise<CountedVote>;
  /**
   * Those admitted at relay block `since` or later, page by page, in the order of admission; no more than `most` of
   * them.
   */
  votes(paraId: ParaId, since?: RelayBlock, most?: number, onPage?: OnPage): Promise<readonly CountedVote[]>;
  endorse(endorsement: SignedEndorsement): Promise<CountedEndorsement>;
  endorsements(paraId: ParaId): Promise<readonly CountedEndorsement[]>;
  /** Releases the approved decision, or takes that back. */
  release(release: SignedRelease): Promise<CountedRelease>;
  /** How far the approved decision is released; null while there is none, or nobody is asked. */
  releases(paraId: ParaId): Promise<ReleaseView | null>;
  /** Of the open round, else of the one that ended last. */
  tally(paraId: ParaId): Promise<TallyView>;
  /** Incidents of one para, or of all, newest first, page by page; no more than `most` of them. */
  incidents(paraId: ParaId | null, most?: number): Promise<readonly Incident[]>;
  incident(number: number): Promise<Incident>;
  /** The validation page of a round's decision; without a round of the one that was carried out last. */
  page(paraId: ParaId, round?: Hex): Promise<ValidationPage>;
  /** `account` as hex or SS58 address. */
  accountProof(paraId: ParaId, account: string): Promise<AccountProof>;
  /** The call that somebody outside has to sign; with code it is megabytes. */
  handover(paraId: ParaId): Promise<Handover>;
  substitute(paraId: ParaId): Promise<SubstituteInstruction>;
  /** Every way back for the para, for a code that is known by what its file says, or for none. */
  plan(paraId: ParaId, code?: PlannedCode | null): Promise<RescuePlan>;
  /** The evidence bundle as bytes while they arrive. */
  evidence(paraId: ParaId): Promise<AsyncIterable<Uint8Array>>;
  /** The approved decision goes on; with `newRound` holders decide anew. Needs the operator's token. */
  retry(paraId: ParaId, wanted?: { readonly newRound: boolean }): Promise<void>;
  /** Has the service read its whole database. Needs the operator's token. */
  checkStore(): Promise<StoreReport>;
  /** The service's database at this moment, as the bytes of a backup while they arrive. Needs the operator's token. */
  backupStore(): Promise<AsyncIterable<Uint8Array>>;
  /** What the service sees of its paras now, and each time something of it changed; ends as `events`. */
  live(signal: AbortSignal): AsyncIterable<LiveStatus>;
  /** A para's heads since the service started, oldest first. */
  heads(paraId: ParaId): Promise<readonly HeadPoint[]>;
  /** Past events, then live ones; ends when the service closes the stream, or `signal` aborts. */
  events(request: EventsRequest): AsyncIterable<ServiceEvent>;
}

/** @throws RESCUE_REQUEST_INVALID when `url` is not an HTTP URL */
export function createServiceClient(
  url: string,
  options: {
    readonly signal?: AbortSignal;
    readonly operatorToken?: string;
    /** Most bytes of a code that is asked for. */
    readonly largestCode?: number;
    /** Milliseconds for one request, its answer included; evidence and events take as long as they take. */
    readonly patienceMs?: number;
  } = {},
): ServiceClient {
  const base = baseOf(url);
  const { largestCode = sizes.LARGEST_CODE, patienceMs = REQUEST_TIMEOUT_MS } = options;

  async function send(path: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(`${base}${path}`, { redirect: 'error', ...init });
    } catch (error) {
      throw unreachable(base, reasonOf(error), error);
    }
    if (!response.ok) throw await refusalOf(base, response, init.signal ?? undefined);
    return response;
  }

  /** Asks and reads the answer, which has to be there in time and of at most `most` bytes. */
  function exchange<T>(schema: z.ZodType<T>, path: string, init: RequestInit, most: number): Promise<T> {
    return within(patienceMs, options.signal, async (signal) =>
      read(schema, path, await send(path, { ...init, signal }), { most, signal }),
    );
  }

  function upload(path: string, code: Uint8Array): Promise<Proposal> {
    const headers = { 'content-type': 'application/octet-stream' };
    const init = { method: 'PUT', headers, body: new Uint8Array(code) };
    return exchange(proposal.tolerant, path, init, sizes.LARGEST_ANSWER);
  }

  function ask<T>(schema: z.ZodType<T>, path: string, body?: unknown, method = 'POST'): Promise<T> {
    const init = body === undefined ? {} : { method, headers: JSON_BODY, body: toJson(body) };
    return exchange(schema, path, init, sizes.LARGEST_ANSWER);
  }

  function get<T>(schema: z.ZodType<T>, path: string, most: number): Promise<T> {
    return exchange(schema, path, {}, most);
  }

  async function read<T>(schema: z.ZodType<T>, path: string, response: Response, bounds: Bounds): Promise<T> {
    let parsed: ReturnType<typeof schema.safeParse>;
    try {
      parsed = schema.safeParse(await readJson(response, bounds));
    } catch (error) {
      throw unreachable(base, `its answer to ${path} is too large, was cut off or is not JSON`, error);
    }
    if (parsed.success) return parsed.data;
    const issue = innermostIssue(parsed.error.issues[0]);
    if (issue?.path.at(-1) === 'roundId' && issue.code !== 'unrecognized_keys') {
      throw new RescueError(
        'RESCUE_SERVICE_UNREACHABLE',
        `the service at ${shownUrl(base)} is of an earlier version, whose rounds have no id: update it, or use the version of pararescue that it runs`,
        { cause: parsed.error, details: { url: shownUrl(base) } },
      );
    }
    const where = oneLine(`${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`, LONGEST_PROBLEM);
    throw unreachable(
      base,
      `its answer to ${path} is not what a pararescue service gives (${where})`,
      parsed.error,
    );
  }

  const operatorInit = (body: object = {}) => ({
    method: 'POST',
    headers: { ...JSON_BODY, ...operatorHeaders(base, options.operatorToken) },
    body: JSON.stringify(body),
  });

  async function* follow<T>(
    schema: z.ZodType<T>,
    path: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): AsyncGenerator<T> {
    try {
      const response = await send(path, { headers, signal });
      if (response.body === null) throw unreachable(base, 'its event stream has no body');
      for await (const { event, data } of readEventStream(readUntil(response.body, signal))) {
        const json: unknown = JSON.parse(data);
        if (event === 'failure') throw rescueErrorOf(base, json);
        yield schema.parse(json);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof RescueError) throw error;
      throw unreachable(base, `its event stream broke: ${reasonOf(error)}`, error);
    }
  }

  const of = (paraId: ParaId, rest = '') => `/v1/paras/${paraId}${rest}`;
  return {
    url: base,
    status: () => get(serviceStatus.tolerant, '/v1/status', sizes.LARGEST_STATUS),
    para: (paraId) => ask(paraStatus.tolerant, of(paraId)),
    fleet: ({ troubled = false } = {}) =>
      wholeFleet((after) => ask(fleetPage.tolerant, `/v1/fleet?troubled=${troubled}${after}`)),
    policy: async (paraId) =>
      (await get(answers.policyAnswer, of(paraId, '/policy'), sizes.LARGEST_POLICY)).policy,
    optIn: (optIn, policy, meant) =>
      ask(managerOptIn.tolerant, of(optIn.paraId, '/opt-in'), { optIn, policy, ...wordOf(meant) }),
    adoptPolicy: (paraId, policy, meant) =>
      ask(contractOptIn.tolerant, of(paraId, '/policy'), { policy, ...wordOf(meant) }, 'PUT'),
    propose: async ({ paraId, code, ...head }) => {
      const answer = await ask(answers.proposalAnswer, of(paraId, '/proposals'), head);
      if ('upload' in answer) return upload(answer.upload, code);
      return answer;
    },
    proposals: async (paraId) => (await ask(answers.proposalsAnswer, of(paraId, '/proposals'))).proposals,
    trial: (paraId, proposal) =>
      get(proposalTrial.tolerant, of(paraId, `/proposals/${proposal}/trial`), sizes.LARGEST_TRIAL),
    accountTrial: (paraId, proposal, account) =>
      ask(
        accountTrial.tolerant,
        of(paraId, `/proposals/${proposal}/accounts/${encodeURIComponent(account)}`),
      ),
    code: (codeHash) =>
      within(patienceMs, options.signal, async (signal) => {
        const response = await send(`/v1/code/${codeHash}`, { signal });
        try {
          return await readBytes(response, { most: largestCode, signal });
        } catch (error) {
          throw unreachable(base, `the code was cut off on its way: ${messageOf(error)}`, error);
        }
      }),
    vote: (ballot) => ask(vote.tolerant, of(ballot.paraId, '/votes'), ballot),
    votes: async (paraId, since = 0, most = sizes.MOST_VOTES, onPage = () => undefined) => {
      const votes: CountedVote[] = [];
      for (let after = ''; votes.length < most; ) {
        const page = await ask(answers.votesAnswer, of(paraId, `/votes?since=${since}${after}`));
        votes.push(...page.votes);
        onPage(votes.length);
        if (page.next === undefined || page.next === null || page.votes.length === 0) break;
        after = `&after=${encodeURIComponent(page.next)}`;
      }
      return votes.slice(0, most);
    },
    endorse: (endorsement) =>
      ask(countedEndorsement.tolerant, of(endorsement.paraId, '/endorsements'), endorsement),
    endorsements: async (paraId) =>
      (await ask(answers.endorsementsAnswer, of(paraId, '/endorsements'))).endorsements,
    release: (release) => ask(countedRelease.tolerant, of(release.paraId, '/releases'), release),
    releases: async (paraId) => (await ask(answers.releasesAnswer, of(paraId, '/releases'))).release,
    tally: (paraId) => ask(tallyView.tolerant, of(paraId, '/tally')),
    incidents: async (paraId, most = sizes.MOST_INCIDENTS) => {
      const incidents: Incident[] = [];
      for (let before = ''; incidents.length < most; ) {
        const path = `${paraId === null ? '/v1' : of(paraId)}/incidents`;
        const page = await get(incidentsPage.tolerant, `${path}${before}`, sizes.LARGEST_INCIDENTS);
        incidents.push(...page.incidents);
        if (page.next === null || page.incidents.length === 0) break;
        before = `?before=${page.next}`;
      }
      return incidents.slice(0, most);
    },
    incident: (number) => get(incident.tolerant, `/v1/incidents/${number}`, sizes.LARGEST_ANSWER),
    page: (paraId, round) =>
      ask(validationPage.tolerant, of(paraId, `/validation${round === undefined ? '' : `?round=${round}`}`)),
    accountProof: (paraId, account) =>
      get(
        accountProof.tolerant,
        of(paraId, `/accounts/${encodeURIComponent(account)}/proof`),
        sizes.LARGEST_PROOF,
      ),
    handover: (paraId) => get(handover.tolerant, of(paraId, '/handover'), sizes.LARGEST_SUBSTITUTE),
    substitute: (paraId) =>
      get(substituteInstruction.tolerant, of(paraId, '/substitute'), sizes.LARGEST_SUBSTITUTE),
    plan: (paraId, code = null) =>
      get(rescuePlan.tolerant, of(paraId, `/plan${planQuery(code)}`), sizes.LARGEST_ANSWER),
    evidence: async (paraId) => {
      const { signal } = options;
      const { body } = await send(of(paraId, '/evidence'), signal ? { signal } : {});
      if (body === null) throw unreachable(base, 'its evidence has no body');
      return readUntil(body, signal);
    },
    retry: async (paraId, { newRound } = { newRound: false }) => {
      const init = operatorInit(newRound ? { newRound } : {});
      await exchange(answers.retryAnswer, of(paraId, '/retry'), init, sizes.LARGEST_ANSWER);
    },
    checkStore: async () =>
      exchange(storeReport.tolerant, '/v1/store/check', operatorInit(), sizes.LARGEST_STATUS),
    backupStore: async () => {
      const { signal } = options;
      const { body } = await send('/v1/store/backup', { ...operatorInit(), ...(signal && { signal }) });
      if (body === null) throw unreachable(base, 'its backup has no body');
      return readUntil(body, signal);
    },
    live: (signal) => follow(liveStatus.tolerant, '/v1/live', {}, signal),
    heads: async (paraId) =>
      (await get(answers.headsAnswer, of(paraId, '/heads'), sizes.LARGEST_ANSWER)).heads,
    events: ({ after, paraId, signal }) => {
      const path = `/v1/events${paraId === undefined ? '' : `?para=${paraId}`}`;
      return follow(serviceEvent.tolerant, path, { 'last-event-id': String(after) }, signal);
    },
  };
}

function baseOf(url: string): string {
  if (!/^https?:\/\/[^\s/@?#]+(?:\/[^\s@?#]*)?$/.test(url) || !URL.canParse(url)) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      `${shownValue(url)} is not the URL of a service: it looks like ${DEFAULT_SERVICE_URL}, without a user, a password or a query`,
    );
  }
  return url.replace(/\/+$/, '');
}

/** The token goes to the service itself: over TLS, or on this machine. */
function operatorHeaders(base: string, token: string | undefined): Record<string, string> {
  if (token === undefined) return {};
  const { protocol, hostname } = new URL(base);
  const here = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  if (protocol !== 'https:' && !here) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      `the operator's token is not sent to ${shownUrl(base)}, where everybody on the way could read it: use https, or run the command on the machine of the service`,
    );
  }
  return { authorization: `Bearer ${token}` };
}

async function refusalOf(
  base: string,
  response: Response,
  signal: AbortSignal | undefined,
): Promise<RescueError> {
  let json: unknown;
  try {
    json = await readJson(response, { most: sizes.LARGEST_REFUSAL, signal });
  } catch {
    json = null;
  }
  return rescueErrorOf(base, json, response.status);
}

/** An error body as the error it was made from. */
function rescueErrorOf(base: string, json: unknown, status?: number): RescueError {
  const parsed = errorOf(json);
  if (parsed !== null) return parsed;
  const answer = status === undefined ? 'it reported a failure' : `it answers with status ${status}`;
  return unreachable(base, `${answer}, but not as a pararescue service does`);
}

function errorOf(json: unknown): RescueError | null {
  const parsed = answers.errorAnswer.safeParse(json);
  if (!parsed.success || !Object.hasOwn(ERROR_CODES, parsed.data.error.code)) return null;
  const { code, message, details } = parsed.data.error;
  return new RescueError(code as RescueErrorCode, oneLine(message, LONGEST_SENTENCE), { details });
}

function unreachable(base: string, reason: string, cause?: unknown): RescueError {
  return new RescueError(
    'RESCUE_SERVICE_UNREACHABLE',
    `no pararescue service answers at ${shownUrl(base)}: ${reason}`,
    { cause, details: { url: shownUrl(base), reason } },
  );
}

/** fetch hides the reason ("connection refused") in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (cause instanceof Error && 'code' in cause && cause.message === '') return String(cause.code);
  return messageOf(cause);
}

/** Sent only where it is said: earlier services know no such member. */
function wordOf(meant: OptInMeant | undefined): Partial<OptInMeant> {
  return meant?.whileStopped ? { whileStopped: true } : {};
}
