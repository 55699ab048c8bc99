import { z } from 'zod';
import type { Migration } from './migration.ts';

/**
 * In version 4 an approved decision that cannot go on waits, and goes on by itself when what stood in its way is gone. What had been given up in
 * `escalated` waits from now on: where no route was possible, that was the obstacle; the sentence of any other trouble tells none, so it
 * has to be seen first. Codes that the validators rejected, or that somebody replaced, wait for people.
 */
export const VERSION_3_TO_4: Migration = {
  from: 3,
  migrate: (json) => {
    const snapshot = snapshotSchema.parse(json);
    const { context, value, children } = snapshot;
    const waits = value === 'escalated' && context.approved !== null;
    return {
      ...snapshot,
      context: { ...context, waiting: waits ? waitingOn(context) : null, resumed: 0 },
      children: Object.fromEntries(Object.entries(children).map(withCode)),
    };
  },
};

const snapshotSchema = z.looseObject({
  value: z.union([z.string(), z.record(z.string(), z.string())]),
  context: z.looseObject({
    approved: z.looseObject({}).nullable(),
    trouble: z.looseObject({ code: z.string(), message: z.string() }).nullable(),
  }),
  children: z.record(
    z.string(),
    z.looseObject({
      src: z.string(),
      snapshot: z.looseObject({ input: z.looseObject({}).optional() }),
    }),
  ),
});
type Snapshot = z.infer<typeof snapshotSchema>;

/** What version 3 said when the approved code was gone again. */
const GONE = [
  'the validators rejected the approved code',
  'the approved code is neither current nor scheduled',
];

function waitingOn({ trouble }: Snapshot['context']) {
  if (trouble?.code === 'RESCUE_ROUTE_IMPOSSIBLE') return { on: 'obstacle', obstacle: trouble.message };
  const isGone = GONE.some((sentence) => trouble?.message.startsWith(sentence));
  return { on: isGone ? 'people' : 'obstacle', obstacle: null };
}

/** An anchor is looked for whatever code it has, as before. */
function withCode([name, child]: [string, Snapshot['children'][string]]) {
  const { input } = child.snapshot;
  const isFreezing = child.src === 'freezeAnchor' && input !== undefined;
  if (!isFreezing) return [name, child];
  return [name, { ...child, snapshot: { ...child.snapshot, input: { ...input, code: null } } }];
}
