import { assign, fromPromise, setup } from 'xstate';
import type { Anchor } from '../src/domain/round/round.ts';
import { openClock } from '../src/domain/round/tally.ts';
import type { RoutePlan } from '../src/domain/route/route.ts';
import type { ParaId } from '../src/domain/units.ts';
import {
  extendHistory,
  type FreezeAnchorInput,
  NO_HISTORY,
  NO_STALL,
  type RecoveryContext,
  type StepInput,
  type Trouble,
} from './context.ts';
import type { RecoveryFacts } from './facts.ts';

/** Name and version under which snapshots are saved; see migrations.ts before changing either. */
export const RECOVERY_MACHINE = 'recovery';
export const RECOVERY_VERSION = 1;

export type RecoveryEvent =
  | { readonly type: 'OBSERVED'; readonly facts: RecoveryFacts }
  | { readonly type: 'OPERATOR_RETRIED' };

/** Error code with which an actor says that the para lives again, so that nothing must be done any more. */
export const REVIVED_CODE = 'RESCUE_STATE_REFUSES';

function unprovided<Output, Input>(name: string) {
  return fromPromise<Output, Input>(() =>
    Promise.reject(new Error(`the actor "${name}" must be provided by the supervisor`)),
  );
}

function facts(event: RecoveryEvent): RecoveryFacts | null {
  return event.type === 'OBSERVED' ? event.facts : null;
}

function troubleOf(error: unknown): Trouble {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'RESCUE_INTERNAL';
  return { code, message };
}

function stepInput({ context }: { context: RecoveryContext }): StepInput {
  const { paraId, anchor, round, approved, policy, plan } = context;
  if (!anchor || !approved || !policy) throw new Error('a route step needs anchor, approval and policy');
  return { paraId, anchor, round, approved, policy: policy.rules, plan };
}

const recoverySetup = setup({
  types: {} as {
    context: RecoveryContext;
    events: RecoveryEvent;
    input: { paraId: ParaId };
  },
  actors: {
    freezeAnchor: unprovided<Anchor, FreezeAnchorInput>('freezeAnchor'),
    planRoute: unprovided<RoutePlan, StepInput>('planRoute'),
    authoriseStep: unprovided<void, StepInput>('authoriseStep'),
    submitStep: unprovided<void, StepInput>('submitStep'),
    relock: unprovided<void, StepInput>('relock'),
  },
  guards: {
    isOutdated: ({ context, event }) => (facts(event)?.relayBlock ?? 0) < context.relayBlock,
    isStalled: ({ event }) => facts(event)?.stalled === true,
    /** The head of this stall is no longer the last one, or the same head was included anew. */
    isHeadAdvanced: ({ context, event }) => {
      const seen = facts(event);
      if (!seen) return false;
      const head = context.anchor?.head.hash ?? context.stalledHead;
      const since = context.anchor?.mostRecentContext ?? context.stalledContext;
      const moved = seen.head !== null && head !== null && seen.head.hash !== head;
      const included = seen.mostRecentContext !== null && since !== null && seen.mostRecentContext > since;
      return moved || included;
    },
    isRescueDue: ({ context, event }) => {
      const seen = facts(event);
      if (!seen?.policy || !seen.stalled || !seen.diagnosis?.curableByCode || context.stalledAt === null)
        return false;
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
    isRevived: ({ event }) => 'error' in event && troubleOf(event.error).code === REVIVED_CODE,
    isCodeEnacted: ({ context, event }) => {
      const code = facts(event)?.codeHash;
      return code !== undefined && code === context.approved?.codeHash;
    },
    /** Neither current nor scheduled any more: the validators rejected it, or somebody replaced it. */
    isUpgradeGone: ({ context, event }) => {
      const seen = facts(event);
      const wanted = context.approved?.codeHash;
      return seen !== null && seen.codeHash !== wanted && seen.futureCodeHash !== wanted;
    },
    isRecoveredAndUnlocked: ({ context, event }) =>
      hasRecovered(context, event) &&
      context.policy?.rules.recovery.lockAgain === true &&
      facts(event)?.locked !== true,
    isRecovered: ({ context, event }) => hasRecovered(context, event),
    isRetriable: ({ context }) => context.policy !== null && context.stalledHead !== null,
  },
  actions: {
    noteBlock: assign(({ context, event }) => {
      const seen = facts(event);
      return seen ? { relayBlock: seen.relayBlock, history: extendHistory(context.history, seen) } : {};
    }),
    beginStall: assign(({ event }) => {
      const seen = facts(event);
      return {
        ...NO_STALL,
        stalledAt: seen?.relayBlock ?? null,
        stalledHead: seen?.head?.hash ?? null,
        stalledContext: seen?.mostRecentContext ?? null,
      };
    }),
    endStall: assign(NO_STALL),
    adoptPolicy: assign({ policy: ({ event }) => facts(event)?.policy ?? null, round: 1, trouble: null }),
    leaveRescue: assign({
      policy: null,
      anchor: null,
      round: 0,
      clock: null,
      approved: null,
      plan: null,
      trouble: null,
    }),
    openRound: assign({
      clock: ({ context, event }) =>
        context.policy
          ? openClock(facts(event)?.relayBlock ?? context.relayBlock, context.policy.rules.voting)
          : null,
    }),
    noteClock: assign({ clock: ({ context, event }) => facts(event)?.round?.clock ?? context.clock }),
    openNextRound: assign({
      round: ({ context }) => context.round + 1,
      clock: null,
      approved: null,
      plan: null,
      headAtEnactment: null,
      trouble: null,
    }),
    noteApproval: assign({
      approved: ({ event }) => {
        const round = facts(event)?.round;
        return round?.decision.kind === 'approved' && round.codeHash !== null
          ? { proposal: round.decision.proposal, codeHash: round.codeHash }
          : null;
      },
    }),
    noteEnactment: assign({ headAtEnactment: ({ event }) => facts(event)?.head?.number ?? null }),
    noteTrouble: assign({ trouble: ({ event }) => ('error' in event ? troubleOf(event.error) : null) }),
    noteUpgradeGone: assign({
      trouble: ({ event }) => ({
        code: 'RESCUE_CHAIN_REFUSES',
        message: facts(event)?.upgradeAborted
          ? 'the validators rejected the approved code (upgrade signal Abort): another blob can be scheduled after the cooldown'
          : 'the approved code is neither current nor scheduled any more',
      }),
    }),
  },
});

function hasRecovered(context: RecoveryContext, event: RecoveryEvent): boolean {
  const head = facts(event)?.head?.number;
  const heads = context.policy?.rules.recovery.heads;
  if (head === undefined || heads === undefined || context.headAtEnactment === null) return false;
  return head >= context.headAtEnactment + heads;
}

/**
 * The life of one para, from healthy to dead and back (design section 2; machines/README.md has the table). Real waits
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
        input: ({ context: { paraId, stalledHead, policy } }) => {
          if (!stalledHead || !policy) throw new Error('an anchor needs a head and a policy');
          return { paraId, head: stalledHead, policy: policy.rules };
        },
        onDone: { actions: assign({ anchor: ({ event }) => event.output, trouble: null }) },
        onError: { actions: 'noteTrouble' },
      },
      on: {
        OBSERVED: [
          { guard: 'isOutdated' },
          { guard: 'isHeadAdvanced', target: 'healthy', actions: ['noteBlock', 'endStall'] },
          { guard: 'isOptedOut', target: 'stalled', actions: ['noteBlock', 'leaveRescue'] },
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
            input: stepInput,
            onDone: { target: 'authorising', actions: assign({ plan: ({ event }) => event.output }) },
            onError: { target: '#recovery.escalated', actions: 'noteTrouble' },
          },
          on: { OBSERVED: revivedBeforeSubmission() },
        },
        authorising: {
          invoke: {
            src: 'authoriseStep',
            input: stepInput,
            onDone: { target: 'submitting' },
            onError: { target: '#recovery.escalated', actions: 'noteTrouble' },
          },
          on: { OBSERVED: revivedBeforeSubmission() },
        },
        submitting: {
          invoke: {
            src: 'submitStep',
            input: stepInput,
            onDone: { target: 'awaitingEnactment' },
            onError: [
              { guard: 'isRevived', target: '#recovery.healthy', actions: 'endStall' },
              { target: '#recovery.escalated', actions: 'noteTrouble' },
            ],
          },
        },
        awaitingEnactment: {
          on: {
            OBSERVED: [
              { guard: 'isOutdated' },
              {
                guard: 'isCodeEnacted',
                target: 'awaitingFirstHeads',
                actions: ['noteBlock', 'noteEnactment'],
              },
              {
                guard: 'isUpgradeGone',
                target: '#recovery.escalated',
                actions: ['noteBlock', 'noteUpgradeGone'],
              },
              { actions: 'noteBlock' },
            ],
          },
        },
        awaitingFirstHeads: {
          on: {
            OBSERVED: [
              { guard: 'isOutdated' },
              { guard: 'isRecoveredAndUnlocked', target: 'relocking', actions: 'noteBlock' },
              { guard: 'isRecovered', target: '#recovery.healthy', actions: ['noteBlock', 'endStall'] },
              { actions: 'noteBlock' },
            ],
            // The approved code builds no blocks either: a new round on the same anchor.
            OPERATOR_RETRIED: {
              guard: 'isRetriable',
              target: '#recovery.optInRescue',
              actions: 'openNextRound',
            },
          },
        },
        relocking: {
          invoke: {
            src: 'relock',
            input: stepInput,
            onDone: { target: '#recovery.healthy', actions: 'endStall' },
            onError: { target: '#recovery.escalated', actions: 'noteTrouble' },
          },
        },
      },
    },
    escalated: {
      on: {
        OBSERVED: [
          { guard: 'isOutdated' },
          { guard: 'isHeadAdvanced', target: 'healthy', actions: ['noteBlock', 'endStall'] },
          { actions: 'noteBlock' },
        ],
        OPERATOR_RETRIED: { guard: 'isRetriable', target: 'optInRescue', actions: 'openNextRound' },
      },
    },
  },
});

/** Until something was sent, a para that moves again under its old code ends the rescue. */
function revivedBeforeSubmission() {
  return [
    { guard: 'isOutdated' as const },
    {
      guard: 'isHeadAdvanced' as const,
      target: '#recovery.healthy' as const,
      actions: ['noteBlock' as const, 'endStall' as const],
    },
    { actions: 'noteBlock' as const },
  ];
}
