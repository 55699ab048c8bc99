import { z } from 'zod';
import type { SavedSnapshot } from '../domain/ports/snapshots.ts';
import type { LostOptIn } from '../domain/records/loss.ts';
import type { OptIn } from '../domain/round/round.ts';
import type { Write } from './level.ts';

/** What the file of acts says of a record beyond its key: all that is known of it once it got lost. */
type Note = Pick<Write, 'note'>;

const shownSchema = z.looseObject({
  value: z.union([z.string(), z.record(z.string(), z.string())]),
  context: z.looseObject({
    round: z.int().min(0),
    history: z
      .looseObject({ opened: z.array(z.looseObject({ counter: z.int().min(0) })).optional() })
      .optional(),
  }),
});

/** State and round of the machine as `upgrading.planning, round 1`, and the highest round on its head where that is another one. */
export function noteOfSnapshot({ snapshot }: Pick<SavedSnapshot, 'snapshot'>): Note {
  const parsed = shownSchema.safeParse(snapshot);
  if (!parsed.success) return {};
  const { value, context } = parsed.data;
  const state = typeof value === 'string' ? value : Object.entries(value).flat().join('.');
  const highest = Math.max(0, ...(context.history?.opened ?? []).map(({ counter }) => counter));
  const more = highest > context.round ? `, highest round ${highest}` : '';
  return { note: `${state}, round ${context.round}${more}` };
}

/** The highest round that a note of a snapshot names; null when it is none of those. */
export function roundOfNote(note: string | undefined): number | null {
  const numbers = [...(note ?? '').matchAll(/round (\d+)/g)].map(([, digits]) => Number(digits));
  return numbers.length === 0 ? null : Math.max(...numbers);
}

export function noteOfOptIn(optIn: OptIn): Note {
  const by = 'contract' in optIn ? 'the contract' : 'signature';
  return { note: `${optIn.action} by ${by}, sequence ${optIn.sequence}` };
}

/** Null when the note is none of those. */
export function optInOfNote(note: string | undefined): LostOptIn | null {
  const [, action, by, sequence] =
    /^(opt-in|opt-out) by (the contract|signature), sequence (\d+)$/.exec(note ?? '') ?? [];
  if (action === undefined) return null;
  const isSigned = by === 'signature';
  return { leftByManager: isSigned && action === 'opt-out', sequence: isSigned ? Number(sequence) : 0 };
}

export function noteOfEvent(id: number): Note {
  return { note: `event ${id}` };
}

/** The event that a note of the counter names; null when it is none of those. */
export function eventOfNote(note: string | undefined): number | null {
  const [, id] = /^event (\d+)$/.exec(note ?? '') ?? [];
  return id === undefined ? null : Number(id);
}
