import { z } from 'zod';
import type { Migration } from './migration.ts';

/**
 * In version 3 a round has an id, which everything that is signed for it names:
 * - What was signed for an open round names none, so `voting` goes back to `optInRescue`: the anchor is taken up again, and the
 *   round opens anew under the same number, with an id that version 2 could not have.
 * - What was decided goes on as it was. Its `roundId` stays null, under which its journal and its votes are found.
 * - The history of heads begins with the next block, so that nothing counts as another head that was not seen.
 */
export const VERSION_2_TO_3: Migration = {
  from: 2,
  migrate: (json) => {
    const snapshot = snapshotSchema.parse(json);
    const { value, children } = snapshot;
    const opensAnew = value === 'voting' || value === 'optInRescue';
    const context = {
      ...snapshot.context,
      history: {
        ...snapshot.context.history,
        head: null,
        headContext: null,
        headAgainSince: null,
        opened: [],
      },
      stalledAgainSince: null,
      roundId: null,
      opening: null,
      ...(opensAnew && { clock: null }),
    };
    if (!opensAnew) return { ...snapshot, context, children: namedChildren(children) };
    return {
      ...snapshot,
      value: 'optInRescue',
      context: { ...context, trouble: null },
      children: { '0.recovery.optInRescue': freezing(context) },
    };
  },
};

const childSchema = z.looseObject({
  src: z.string(),
  snapshot: z.looseObject({ input: z.looseObject({}).optional() }),
});
const snapshotSchema = z.looseObject({
  value: z.union([z.string(), z.record(z.string(), z.string())]),
  context: z.looseObject({
    paraId: z.int(),
    history: z.looseObject({}),
    stalledHead: z.string().nullable(),
    stalledContext: z.int().nullable(),
    policy: z.looseObject({ rules: z.looseObject({}) }).nullable(),
  }),
  children: z.record(z.string(), childSchema),
});
type Snapshot = z.infer<typeof snapshotSchema>;

/** The actor that freezes the anchor, as XState persists it: it takes up the one that is stored. */
function freezing({ paraId, stalledHead, stalledContext, policy }: Snapshot['context']) {
  if (stalledHead === null || policy === null) throw new Error('a rescue without a head or a policy');
  const input = {
    paraId,
    head: stalledHead,
    context: stalledContext,
    againSince: null,
    policy: policy.rules,
  };
  return { snapshot: { status: 'active', input }, src: 'freezeAnchor', syncSnapshot: false };
}

/** All other actors are given a decided round. */
function namedChildren(children: Snapshot['children']): Snapshot['children'] {
  return Object.fromEntries(
    Object.entries(children).map(([name, child]) => {
      const { input } = child.snapshot;
      const named = input && { ...child.snapshot, input: { ...input, roundId: null } };
      return [name, named ? { ...child, snapshot: named } : child];
    }),
  );
}
