import { z } from 'zod';
import type { Migration } from './migration.ts';

/**
 * Version 2 knows no steps of a particular route any more:
 * - `authorising` and `submitting` became `carryingOut`, whose actor asks the planned route at each block what is next. What
 *   was journalled under version 1 is found there under the same keys, so nothing is signed a second time.
 * - `awaitingEnactment` became the first part of `awaitingFirstHeads`: the code counts as enacted once
 *   `headAtEnactment` is noted.
 * - The actors `authoriseStep` and `submitStep` became `carryOut`; `planRoute` no longer gets a plan with its input.
 * - A step of a plan says apart from `before` what must hold all the while: that the head is still the anchor's.
 */
export const VERSION_1_TO_2: Migration = {
  from: 1,
  migrate: (json) => {
    const snapshot = snapshotSchema.parse(json);
    const { value } = snapshot;
    const context = { ...snapshot.context, plan: planOf(snapshot.context.plan) };
    const old = typeof value === 'string' ? null : value.upgrading;
    const next = old === null ? null : SUBSTATES[old];
    return {
      ...snapshot,
      value: next === null ? value : { upgrading: next },
      context,
      children: next === null ? snapshot.children : childrenOf(next, context),
    };
  },
};

const SUBSTATES = {
  planning: 'planning',
  authorising: 'carryingOut',
  submitting: 'carryingOut',
  awaitingEnactment: 'awaitingFirstHeads',
  awaitingFirstHeads: 'awaitingFirstHeads',
  relocking: 'relocking',
} as const;
type Substate = (typeof SUBSTATES)[keyof typeof SUBSTATES];

const ACTORS: Partial<Record<Substate, string>> = {
  planning: 'planRoute',
  carryingOut: 'carryOut',
  relocking: 'relock',
};

const factSchema = z.looseObject({ kind: z.string() });
const stepSchema = z.looseObject({ before: z.array(factSchema) });
const planSchema = z.looseObject({ steps: z.array(stepSchema) });
const snapshotSchema = z.looseObject({
  value: z.union([
    z.enum(['healthy', 'stalled', 'optInRescue', 'voting', 'escalated']),
    z.strictObject({ upgrading: z.enum(Object.keys(SUBSTATES) as (keyof typeof SUBSTATES)[]) }),
  ]),
  context: z.looseObject({
    paraId: z.int(),
    round: z.int(),
    anchor: z.looseObject({}).nullable(),
    approved: z.looseObject({}).nullable(),
    policy: z.looseObject({ rules: z.looseObject({}) }).nullable(),
    plan: planSchema.nullable(),
  }),
  children: z.record(z.string(), z.unknown()),
});
type Context = z.infer<typeof snapshotSchema>['context'];

function planOf(plan: Context['plan']): Context['plan'] {
  if (plan === null) return null;
  const steps = plan.steps.map(({ before, ...step }) => ({
    ...step,
    while: before.filter(({ kind }) => kind === 'head-is'),
    before: before.filter(({ kind }) => kind !== 'head-is'),
  }));
  return { ...plan, steps };
}

/** The invoked actor as XState persists it: it is started anew with this input when the snapshot is restored. */
function childrenOf(substate: Substate, context: Context): Record<string, unknown> {
  const src = ACTORS[substate];
  if (src === undefined) return {};
  const { paraId, anchor, round, approved, policy, plan } = context;
  if (!anchor || !approved || !policy) throw new Error('a route without anchor, approval or policy');
  const decided = { paraId, anchor, round, approved, policy: policy.rules };
  const input = src === 'planRoute' ? decided : { ...decided, plan };
  return {
    [`0.recovery.upgrading.${substate}`]: {
      snapshot: { status: 'active', input },
      src,
      syncSnapshot: false,
    },
  };
}
