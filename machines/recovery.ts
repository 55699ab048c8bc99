import { assign, fromPromise, setup } from 'xstate';
import type { DecidedRound } from '../src/domain/round/decided.ts';
import type {
  AnchorOutcome,
  CarryOutOutcome,
  PlanOutcome,
  RelockOutcome,
} from '../src/domain/round/outcomes.ts';
import { openClock } from '../src/domain/round/tally.ts';
import type { ParaId } from '../src/domain/units.ts';
import {
  type CarryOutInput,
  decidedRound,
  extendHistory,
  type FreezeAnchorInput,
  LEFT,
  NO_HISTORY,
  NO_STALL,
  nameRound,
  nextRound,
  type RecoveryContext,
} from './context.ts';
import {
  facts,
  failureOf,
  hasRecovered,
  isCarriedOutByOthers,
  isCodeEnacted,
  isHeadAdvanced,
  isNewRoundWanted,
  isOverruled,
  isRetried,
  isUpgradeGone,
  outcome,
  overruled,
  PEOPLE,
  type RecoveryEvent,
  troubleOf,
  UNSEEN_OBSTACLE,
} from './judgements.ts';

/** Name and version under which snapshots are saved; see migrations.ts before changing either. */
export const RECOVERY_MACHINE = 'recovery';
export const RECOVERY_VERSION = 4;

function unprovided<Output, Input>(name: string) {
  return fromPromise<Output, Input>(() =>
    Promise.reject(new Error(`the actor "${name}" must be provided by the supervisor`)),
  );
}

function plannedRound({ context }: { context: RecoveryContext }): CarryOutInput {
  if (!context.plan) throw new Error('a decision is carried out by the route that was planned');
  return { ...decidedRound(context), plan: context.plan };
}

const recoverySetup = setup({
  types: {} as {
    context: RecoveryContext;
    events: RecoveryEvent;
    input: { paraId: ParaId };
  },
  actors: {
    freezeAnchor: unprovided<AnchorOutcome, FreezeAnchorInput>('freezeAnchor'),
    planRoute: unprovided<PlanOutcome, DecidedRound>('planRoute'),
    carryOut: unprovided<CarryOutOutcome, CarryOutInput>('carryOut'),
    relock: unprovided<RelockOutcome, CarryOutInput>('relock'),
  },
  guards: {
    isOutdated: ({ context, event }) => (facts(event)?.relayBlock ?? 0) < context.relayBlock,
    isStalled: ({ event }) => facts(event)?.stalled === true,
    isHeadAdvanced: ({ context, event }) => isHeadAdvanced(context, event),
    isRescueDue: ({ context, event }) => {
      const seen = facts(event);
      if (!seen?.policy || !seen.stalled || !seen.diagnosis?.curableByCode || context.stalledAt === null)
        return false;
      if (seen.impossible !== null) return false;
      return seen.relayBlock >= context.stalledAt + seen.policy.rules.stall.graceBlocks;
    },
    isOptedOut: ({ context, event }) => {
      const seen = facts(event);
      return seen !== null && seen.policy?.hash !== context.policy?.hash;
    },
    isAnchorMissing: ({ context }) => context.anchor === null && context.trouble !== null,
    isProposalAdmitted: ({ context, event }) => context.anchor !== null && (facts(event)?.proposals ?? 0) > 0,
    isApproved: ({ event }) => facts(event)?.round?.decision.kind === 'approved',
    isRejected: ({ event }) => facts(event)?.round?.decision.kind === 'rejected',
    isPlanned: ({ event }) => outcome(event)?.kind === 'planned',
    isScheduled: ({ event }) => outcome(event)?.kind === 'scheduled',
    isRevived: ({ event }) => outcome(event)?.kind === 'revived',
    isRelocked: ({ event }) => ['locked', 'handed-over'].includes(outcome(event)?.kind ?? ''),
    isCodeEnacted: ({ context, event }) => isCodeEnacted(context, event),
    isUpgradeGone: ({ context, event }) => isUpgradeGone(context, event),
    /** The para lives without it: under its old code, or it was upgraded once more while nobody watched. */
    isAliveWithoutUpgrade: ({ context, event }) =>
      isUpgradeGone(context, event) && isHeadAdvanced(context, event),
    isRecoveredAndUnlocked: ({ context, event }) =>
      hasRecovered(context, event) &&
      context.plan !== null &&
      context.policy?.rules.recovery.lockAgain === true &&
      facts(event)?.locked !== true,
    isRecovered: ({ context, event }) => hasRecovered(context, event),
    /** Other code than the anchor's and the approved one: whoever could set it has precedence. */
    isOverruled: ({ context, event }) => isOverruled(context, event),
    /** Somebody else brought about what was decided. */
    isCarriedOutByOthers: ({ context, event }) => isCarriedOutByOthers(context, event),
    isObstacleGone: ({ context, event }) =>
      context.waiting?.on === 'obstacle' &&
      context.waiting.obstacle !== null &&
      facts(event)?.obstacle === null,
    isGoingOn: ({ context, event }) =>
      isRetried(event, { newRound: false }) && context.approved !== null && context.headAtEnactment === null,
    isWatchedOn: ({ context, event }) =>
      isRetried(event, { newRound: false }) && context.approved !== null && context.headAtEnactment !== null,
    isNewRoundWanted: ({ context, event }) => isNewRoundWanted(context, event),
    /** The approved code is current, so that nothing is on its way any more. */
    isNewRoundAfterEnactment: ({ context, event }) =>
      context.headAtEnactment !== null && isNewRoundWanted(context, event),
  },
  actions: {
    noteBlock: assign(({ context, event }) => {
      const seen = facts(event);
      return seen ? { relayBlock: seen.relayBlock, history: extendHistory(context.history, seen) } : {};
    }),
    beginStall: assign(({ context, event }) => {
      const seen = facts(event);
      return {
        ...NO_STALL,
        stalledAt: seen?.relayBlock ?? null,
        stalledHead: seen?.head?.hash ?? null,
        stalledContext: seen?.mostRecentContext ?? null,
        stalledAgainSince: context.history.headAgainSince,
      };
    }),
    endStall: assign(NO_STALL),
    adoptPolicy: assign({
      policy: ({ event }) => facts(event)?.policy ?? null,
      round: ({ event }) => (facts(event)?.roundFloor ?? 0) + 1,
      trouble: null,
    }),
    leaveRescue: assign({ ...LEFT }),
    openRound: assign({
      clock: ({ context, event }) =>
        context.policy
          ? openClock(facts(event)?.relayBlock ?? context.relayBlock, context.policy.rules.voting)
          : null,
    }),
    noteClock: assign({ clock: ({ context, event }) => facts(event)?.round?.clock ?? context.clock }),
    openNextRound: assign(({ context }) => nextRound(context)),
    /** The round is over, and its votes with it. What was set gets the grace of the policy to bring the para back. */
    endOverruledRound: assign(({ context, event }) => ({
      ...LEFT,
      stalledAt: facts(event)?.relayBlock ?? context.stalledAt,
      trouble: overruled(context, event),
    })),
    noteOverruled: assign(({ context, event }) => {
      const trouble = overruled(context, event);
      return { trouble, waiting: { on: 'obstacle' as const, obstacle: trouble.message } };
    }),
    noteObstacle: assign(({ context, event }) => {
      const { waiting } = context;
      const obstacle = facts(event)?.obstacle;
      if (waiting?.on !== 'obstacle' || typeof obstacle !== 'string') return {};
      return { waiting: { ...waiting, obstacle } };
    }),
    goOn: assign(({ context }) => ({
      plan: null,
      trouble: null,
      waiting: null,
      resumed: context.resumed + 1,
    })),
    /** Its signatures and its plan stay what they were. */
    watchOn: assign({ trouble: null, waiting: null }),
    noteApproval: assign({
      approved: ({ event }) => {
        const round = facts(event)?.round;
        return round?.decision.kind === 'approved' && round.codeHash !== null
          ? { proposal: round.decision.proposal, codeHash: round.codeHash }
          : null;
      },
    }),
    /** A head that cannot be read counts as the anchor's: the para built none since. */
    noteEnactment: assign({
      headAtEnactment: ({ context, event }) => facts(event)?.head?.number ?? context.anchor?.head.number ?? 0,
    }),
    noteAnchor: assign(({ context, event }) => {
      const answer = outcome(event);
      if (answer?.kind === 'frozen') {
        const { anchor } = answer;
        // A round that has its id keeps it, however often its anchor is looked for.
        return { anchor, trouble: null, ...(context.roundId === null && nameRound(context, anchor)) };
      }
      return { trouble: answer?.kind === 'moved' ? answer.trouble : context.trouble };
    }),
    notePlan: assign({
      plan: ({ context, event }) => {
        const answer = outcome(event);
        return answer?.kind === 'planned' ? answer.plan : context.plan;
      },
    }),
    noteFailure: assign(({ context, event }) => failureOf(context, event)),
    noteTrouble: assign({ trouble: ({ event }) => ('error' in event ? troubleOf(event.error) : null) }),
    noteDefect: assign(({ event }) => ({
      trouble: 'error' in event ? troubleOf(event.error) : null,
      waiting: UNSEEN_OBSTACLE,
    })),
    noteUpgradeGone: assign({
      // The same code would be rejected again, and what replaced it was somebody's will.
      waiting: PEOPLE,
      trouble: ({ event }) => ({
        code: 'RESCUE_CHAIN_REFUSES',
        message: facts(event)?.upgradeAborted
          ? 'the validators rejected the approved code (upgrade signal Abort): the cooldown runs, and only a new round can decide on another blob'
          : 'the approved code is neither current nor scheduled any more',
      }),
    }),
  },
});

/**
 * The life of one para, from healthy to dead and back (machines/README.md has the table). Real waits
 * are never timers: each finalized relay block brings an OBSERVED event, and deadlines are block numbers in the context.
 */
export const recoveryMachine = recoverySetup.createMachine({
  id: RECOVERY_MACHINE,
  context: ({ input }) => ({ paraId: input.paraId, relayBlock: 0, history: NO_HISTORY, ...NO_STALL }),
  initial: 'healthy',
  states: {
    healthy: {
      on: {
        OBSERVED: [
          { guard: 'isOutdated' },
          { guard: 'isStalled', target: 'stalled', actions: ['noteBlock', 'beginStall'] },
          { actions: 'noteBlock' },
        ],
      },
    },
    stalled: {
      on: {
        OBSERVED: [
          { guard: 'isOutdated' },
          { guard: 'isHeadAdvanced', target: 'healthy', actions: ['noteBlock', 'endStall'] },
          { guard: 'isRescueDue', target: 'optInRescue', actions: ['noteBlock', 'adoptPolicy'] },
          { actions: 'noteBlock' },
        ],
      },
    },
    optInRescue: {
      invoke: {
        src: 'freezeAnchor',
        input: ({ context }) => {
          const { paraId, stalledHead: head, policy } = context;
          if (!head || !policy) throw new Error('an anchor needs a head and a policy');
          const { stalledContext, stalledAgainSince: againSince, history } = context;
          const input = { paraId, head, context: stalledContext, againSince, policy: policy.rules };
          return { ...input, code: history.codeHash };
        },
        onDone: { actions: 'noteAnchor' },
        onError: { actions: 'noteTrouble' },
      },
      on: {
        OBSERVED: [
          { guard: 'isOutdated' },
          { guard: 'isHeadAdvanced', target: 'healthy', actions: ['noteBlock', 'endStall'] },
          { guard: 'isOptedOut', target: 'stalled', actions: ['noteBlock', 'leaveRescue'] },
          { guard: 'isOverruled', target: 'stalled', actions: ['noteBlock', 'endOverruledRound'] },
          {
            guard: 'isAnchorMissing',
            target: 'optInRescue',
            reenter: true,
            actions: ['noteBlock', assign({ trouble: null })],
          },
          { guard: 'isProposalAdmitted', target: 'voting', actions: ['noteBlock', 'openRound'] },
          { actions: 'noteBlock' },
        ],
      },
    },
    voting: {
      on: {
        OBSERVED: [
          { guard: 'isOutdated' },
          { guard: 'isHeadAdvanced', target: 'healthy', actions: ['noteBlock', 'endStall'] },
          { guard: 'isOptedOut', target: 'stalled', actions: ['noteBlock', 'leaveRescue'] },
          { guard: 'isOverruled', target: 'stalled', actions: ['noteBlock', 'endOverruledRound'] },
          { guard: 'isApproved', target: 'upgrading', actions: ['noteBlock', 'noteClock', 'noteApproval'] },
          { guard: 'isRejected', target: 'optInRescue', actions: ['noteBlock', 'openNextRound'] },
          { actions: ['noteBlock', 'noteClock'] },
        ],
      },
    },
    upgrading: {
      initial: 'planning',
      on: { OBSERVED: [{ guard: 'isOutdated' }, { actions: 'noteBlock' }] },
      states: {
        planning: {
          invoke: {
            src: 'planRoute',
            input: ({ context }) => decidedRound(context),
            onDone: [
              { guard: 'isPlanned', target: 'carryingOut', actions: 'notePlan' },
              { target: '#recovery.escalated', actions: 'noteFailure' },
            ],
            onError: { target: '#recovery.escalated', actions: 'noteDefect' },
          },
          on: {
            OBSERVED: [
              { guard: 'isOutdated' },
              // Until something was signed, a para that moves again under its old code ends the rescue.
              { guard: 'isHeadAdvanced', target: '#recovery.healthy', actions: ['noteBlock', 'endStall'] },
              {
                guard: 'isOverruled',
                target: '#recovery.escalated',
                actions: ['noteBlock', 'noteOverruled'],
              },
              {
                guard: 'isCarriedOutByOthers',
                target: 'awaitingFirstHeads',
                actions: ['noteBlock', 'watchOn'],
              },
              { actions: 'noteBlock' },
            ],
          },
        },
        carryingOut: {
          invoke: {
            src: 'carryOut',
            input: plannedRound,
            onDone: [
              { guard: 'isScheduled', target: 'awaitingFirstHeads' },
              { guard: 'isRevived', target: '#recovery.healthy', actions: 'endStall' },
              { target: '#recovery.escalated', actions: 'noteFailure' },
            ],
            onError: { target: '#recovery.escalated', actions: 'noteDefect' },
          },
          on: {
            // Where a call sets the code at once, the heads count from that block on, and not from when the route has seen it.
            OBSERVED: [
              { guard: 'isOutdated' },
              { guard: 'isCodeEnacted', actions: ['noteBlock', 'noteEnactment'] },
            ],
            // Asked only while the decision waits for people to release it, so that nothing was signed.
            OPERATOR_RETRIED: {
              guard: 'isNewRoundWanted',
              target: '#recovery.optInRescue',
              actions: 'openNextRound',
            },
          },
        },
        awaitingFirstHeads: {
          on: {
            OBSERVED: [
              { guard: 'isOutdated' },
              { guard: 'isCodeEnacted', actions: ['noteBlock', 'noteEnactment'] },
              {
                guard: 'isAliveWithoutUpgrade',
                target: '#recovery.healthy',
                actions: ['noteBlock', 'endStall'],
              },
              {
                guard: 'isUpgradeGone',
                target: '#recovery.escalated',
                actions: ['noteBlock', 'noteUpgradeGone'],
              },
              { guard: 'isRecoveredAndUnlocked', target: 'relocking', actions: 'noteBlock' },
              { guard: 'isRecovered', target: '#recovery.healthy', actions: ['noteBlock', 'endStall'] },
              { actions: 'noteBlock' },
            ],
            // The approved code builds no blocks either: a new round on the same anchor.
            OPERATOR_RETRIED: {
              guard: 'isNewRoundAfterEnactment',
              target: '#recovery.optInRescue',
              actions: 'openNextRound',
            },
          },
        },
        relocking: {
          invoke: {
            src: 'relock',
            input: plannedRound,
            onDone: [
              { guard: 'isRelocked', target: '#recovery.healthy', actions: 'endStall' },
              { target: '#recovery.escalated', actions: 'noteFailure' },
            ],
            onError: { target: '#recovery.escalated', actions: 'noteDefect' },
          },
          on: {
            OBSERVED: [
              { guard: 'isOutdated' },
              // It may wait for people, and a para that stops anew is watched all the same.
              { guard: 'isStalled', target: '#recovery.healthy', actions: ['noteBlock', 'endStall'] },
            ],
          },
        },
      },
    },
    escalated: {
      on: {
        OBSERVED: [
          { guard: 'isOutdated' },
          { guard: 'isHeadAdvanced', target: 'healthy', actions: ['noteBlock', 'endStall'] },
          { guard: 'isOptedOut', target: 'stalled', actions: ['noteBlock', 'leaveRescue'] },
          {
            guard: 'isCarriedOutByOthers',
            target: 'upgrading.awaitingFirstHeads',
            actions: ['noteBlock', 'watchOn'],
          },
          { guard: 'isObstacleGone', target: 'upgrading.planning', actions: ['noteBlock', 'goOn'] },
          { actions: ['noteBlock', 'noteObstacle'] },
        ],
        OPERATOR_RETRIED: [
          { guard: 'isGoingOn', target: 'upgrading.planning', actions: 'goOn' },
          { guard: 'isWatchedOn', target: 'upgrading.awaitingFirstHeads', actions: 'watchOn' },
          { guard: 'isNewRoundWanted', target: 'optInRescue', actions: 'openNextRound' },
        ],
      },
    },
  },
});
