import { whyWatched } from '../domain/chain/actable.ts';
import type { Condition } from '../domain/chain/condition.ts';
import { RescueError } from '../domain/errors.ts';
import type { CensusStore } from '../domain/ports/census.ts';
import type { Incidents } from '../domain/ports/incidents.ts';
import type { Ledger } from '../domain/ports/ledger.ts';
import type { Pages } from '../domain/ports/pages.ts';
import type { RelayReader } from '../domain/ports/relay.ts';
import type { Safekeeping } from '../domain/ports/safekeeping.ts';
import type { Readiness } from '../domain/readiness/readiness.ts';
import { viewOf } from '../domain/records/diagnosis.ts';
import type { CensusRecord } from '../domain/round/census.ts';
import type { OptIn } from '../domain/round/round.ts';
import type { Hex, ParaId } from '../domain/units.ts';
import type { EndpointStatus } from '../domain/views/endpoints.ts';
import type { ParaStatus } from '../domain/views/status.ts';
import type { Planner } from '../readiness/look-at-plan.ts';
import { createHeavyThread } from '../threads/heavy-thread.ts';
import { createCodeDesk } from './acts/code-desk.ts';
import { adoptPolicy } from './acts/contract-opt-in.ts';
import { openEvidence } from './acts/evidence.ts';
import { handoverOf } from './acts/handover.ts';
import { recordOptIn } from './acts/opt-in.ts';
import { createPlanDesk } from './acts/plan-desk.ts';
import { admitProposal, announceProposal } from './acts/propose.ts';
import { recordRelease } from './acts/release.ts';
import { retry } from './acts/retry.ts';
import { seePage } from './acts/see-page.ts';
import { seeAccountTrial, seeTrial } from './acts/see-trial.ts';
import { createSignatureDesk } from './acts/signature-desk.ts';
import { substituteOf } from './acts/substitute.ts';
import { lastTally, tallyOf } from './acts/tally.ts';
import { admitVote, proveAccount, recordEndorsement } from './acts/vote.ts';
import { createFleetList } from './fleet/fleet-list.ts';
import { adviceFor } from './para/advice.ts';
import { adviceOn } from './para/conditions.ts';
import { incomplete } from './para/held.ts';
import { createTokenDesk } from './para/token-desk.ts';
import type { ParaTracker } from './para/tracker.ts';
import type { RescueService } from './rescue-service.ts';
import type { Supervisor } from './supervisor.ts';

/** The service that all doors share, on top of the supervisor's machines. */
export function createRescueService(options: {
  readonly genesis: Hex;
  readonly relay: RelayReader;
  readonly ledger: Ledger;
  readonly census: CensusStore;
  readonly incidents: Incidents;
  readonly pages: Pick<Pages, 'list'>;
  readonly safekeeping: Safekeeping;
  readonly supervisor: Supervisor;
  /** Looks at the chains, and plans every way back. */
  readonly plan: Planner;
  /** What is known of the endpoints of all chains. */
  readonly endpoints: () => readonly EndpointStatus[];
}): RescueService {
  const { genesis, ledger, supervisor } = options;
  const planDesk = createPlanDesk(ledger, options.plan);
  const tokens = createTokenDesk();
  const context = {
    genesis,
    ledger,
    census: options.census,
    relay: options.relay,
    hub: supervisor.hub,
    lookAtRoutes: supervisor.lookAtRoutes,
    desk: createSignatureDesk(),
    codeDesk: createCodeDesk(createHeavyThread()),
  };

  const requireTracker = (paraId: ParaId): ParaTracker => {
    const tracker = supervisor.trackers.get(paraId);
    if (tracker) return tracker;
    const known = [...supervisor.trackers.keys()].join(', ') || 'no other';
    const inList = supervisor.fleet?.seen()?.conditions.has(paraId) === true;
    throw new RescueError(
      'RESCUE_PARA_UNKNOWN',
      inList
        ? `Para ${paraId} is watched as one of all paras of the relay chain, without nodes and a policy of its own: the list of all tells of it. This service knows more of ${known}.`
        : `This service does not watch para ${paraId}; it watches ${known}.`,
    );
  };

  /** @throws RESCUE_STORE_INCOMPLETE when not all acts of the para are there: nothing is taken in or given out over the rest */
  const requireWhole = (paraId: ParaId): ParaTracker => {
    const tracker = requireTracker(paraId);
    if (tracker.held.length > 0) throw incomplete(tracker.para.id, tracker.held);
    return tracker;
  };

  const statusOf = (tracker: ParaTracker): ParaStatus => {
    const { para, runner } = tracker;
    const context = runner.context();
    const state = runner.state();
    const latest = tracker.latest();
    const optIn = tracker.optIn();
    const optedIn = optIn?.action === 'opt-in' ? optInView(optIn) : null;
    const observation = latest?.observation ?? null;
    const diagnosis = latest?.diagnosis ?? null;
    const condition = supervisor.condition(tracker);
    const onCondition = adviceOn(condition);
    const stall = latest?.stall ?? null;
    return {
      paraId: para.id,
      name: para.name,
      token: tokens.of(para),
      condition,
      state,
      observation,
      stall,
      incident: tracker.incidents.latest(),
      diagnosis: diagnosis && viewOf(diagnosis),
      optIn: optedIn,
      anchor: context.anchor,
      round: context.round,
      roundId: context.roundId,
      clock: context.clock,
      proposals: tracker.proposals().map(({ hash, codeHash, trial }) => ({ hash, codeHash, trial })),
      approved: context.approved,
      release: tracker.releases.view(),
      route: context.plan && { possible: true, plan: context.plan },
      readiness: presentReadiness(tracker.readiness(), condition),
      advice: [
        ...(observation && !(observation.actable && options.relay.finality().actable)
          ? [
              `The para is only watched, and nothing is done on what is seen: ${whyWatched(observation.trust)}`,
            ]
          : []),
        ...(onCondition === null ? [] : [onCondition]),
        ...adviceFor(state, context, {
          observation,
          diagnosis,
          optedIn: optedIn !== null,
          proposals: tracker.proposals(),
          impossible: whyImpossible(tracker),
          own: tracker.own(),
          late: optedIn?.whileStopped ?? null,
          release: tracker.releases.view(),
          route: context.plan ? (supervisor.routes.get(context.plan.route) ?? null) : null,
        }),
      ],
      trouble: context.trouble,
      census: censusOf(context.anchor && supervisor.census.progress(para.id)),
    };
  };

  const fleet = createFleetList({
    watch: supervisor.fleet,
    trackers: () => supervisor.trackers.values(),
    condition: supervisor.condition,
    latest: supervisor.latest,
    sight: supervisor.sight,
  });

  const currentRound = (paraId: ParaId) => {
    const tracker = requireWhole(paraId);
    return tracker.queue.run(() => tracker.openRound());
  };

  return {
    status: () => {
      const latest = supervisor.latest();
      return {
        relayGenesis: genesis,
        relay: latest && { finalized: latest.relay.number, best: latest.relayBest },
        sight: supervisor.sight(),
        finality: options.relay.finality(),
        paras: [...supervisor.trackers.values()].map(statusOf),
        endpoints: options.endpoints(),
        fleet: supervisor.fleet === null ? null : fleet.summary(),
      };
    },
    fleet: (wanted = {}) => fleet.page(wanted),
    para: (paraId) => statusOf(requireTracker(paraId)),
    heads: (paraId) => requireTracker(paraId).heads(),
    policy: async (paraId) => {
      const optIn = requireWhole(paraId).optIn();
      return optIn?.action === 'opt-in' ? ledger.policy(optIn.policy) : null;
    },
    optIn: (optIn, policy, meant) => recordOptIn(context, requireWhole(optIn.paraId), optIn, policy, meant),
    adoptPolicy: (paraId, policy, meant) => adoptPolicy(context, requireWhole(paraId), policy, meant),
    announce: (head, sender = null) => announceProposal(context, requireWhole(head.paraId), head, sender),
    propose: (head, code) => admitProposal(context, requireWhole(head.paraId), head, code),
    proposals: async (paraId) => (await currentRound(paraId))?.proposals() ?? [],
    trial: (paraId, proposal) => seeTrial(context, requireWhole(paraId), proposal),
    accountTrial: (paraId, proposal, account) =>
      seeAccountTrial(context, requireWhole(paraId), proposal, account),
    code: async (codeHash) => {
      const code = await ledger.code(codeHash);
      if (!code)
        throw new RescueError('RESCUE_NOT_FOUND', `No code with hash ${codeHash} was proposed here.`);
      return code;
    },
    vote: (ballot, sender = null) => admitVote(context, requireWhole(ballot.paraId), ballot, sender),
    endorse: (endorsement, sender = null) =>
      recordEndorsement(context, requireWhole(endorsement.paraId), endorsement, sender),
    endorsements: async (paraId) => (await currentRound(paraId))?.endorsements() ?? [],
    release: (release, sender = null) =>
      recordRelease(context, requireWhole(release.paraId), release, sender),
    releases: async (paraId) => requireWhole(paraId).releases.view(),
    votes: async (paraId, wanted = {}) =>
      (await currentRound(paraId))?.votesPage(wanted) ?? { votes: [], next: null },
    tally: async (paraId) => {
      const openRound = await currentRound(paraId);
      const { clock } = requireWhole(paraId).runner.context();
      return openRound ? tallyOf(openRound, clock) : lastTally(ledger, paraId);
    },
    incidents: async (wanted = {}) => {
      if (wanted.paraId !== undefined) requireTracker(wanted.paraId);
      return options.incidents.page(wanted);
    },
    incident: async (number) => {
      const found = await options.incidents.get(number);
      if (!found) throw new RescueError('RESCUE_NOT_FOUND', `There is no incident ${number}.`);
      return found;
    },
    plan: async (paraId, code) => planDesk(requireTracker(paraId), code),
    accountProof: (paraId, account) => proveAccount(context, requireWhole(paraId), account),
    handover: (paraId) => handoverOf(requireWhole(paraId), supervisor.routes),
    substitute: (paraId) => substituteOf(options, requireWhole(paraId)),
    evidence: async (paraId) => {
      const tracker = requireWhole(paraId);
      const openRound = await currentRound(paraId);
      return openEvidence(context, tracker, openRound);
    },
    page: (paraId, roundId) => seePage(options.pages, requireTracker(paraId), roundId),
    retry: async (paraId, wanted) => retry(requireWhole(paraId), wanted),
    checkStore: () => options.safekeeping.check(),
    backupStore: () => options.safekeeping.backup(),
    events: (after, signal) => supervisor.hub.follow(after, signal),
  };
}

/** What was found earlier says nothing of a present that nobody sees. */
function presentReadiness(readiness: Readiness | null, { is, sentence }: Condition): Readiness | null {
  if (readiness === null || is !== 'unknown' || readiness.result === 'not-asked') return readiness;
  const routes = readiness.routes.map(({ route }) => ({
    route,
    result: 'unknown' as const,
    reasons: [sentence],
  }));
  return { ...readiness, result: 'unknown', routes };
}

/** Before a round by the policy in force, in one by its own. */
function whyImpossible(tracker: ParaTracker): string | null {
  return tracker.impossible() ?? tracker.readiness()?.impossible ?? null;
}

function optInView(optIn: OptIn): ParaStatus['optIn'] {
  const { policy, whileStopped } = optIn;
  const late = whileStopped === undefined ? {} : { whileStopped };
  return 'contract' in optIn
    ? { policy, by: 'contract', account: optIn.contract.address, ...late }
    : { policy, by: 'manager', account: optIn.account, ...late };
}

function censusOf(record: CensusRecord | null): ParaStatus['census'] {
  if (!record) return null;
  return { complete: record.complete, entries: record.maps.reduce((sum, { keys }) => sum + keys, 0) };
}
