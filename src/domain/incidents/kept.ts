import type { Kept } from './incident.ts';

/** How many entries at the beginning and at the end are kept: an incident can last for years, and a cause can flap. */
export interface Room {
  readonly first: number;
  readonly last: number;
}

export const ROOM = {
  beliefs: { first: 10, last: 30 },
  blind: { first: 5, last: 15 },
  rounds: { first: 2, last: 8 },
  acts: { first: 30, last: 70 },
} as const satisfies Readonly<Record<string, Room>>;

export const NOTHING_KEPT = { entries: [], leftOut: 0 } as const;

export function withEntry<Entry>({ entries, leftOut }: Kept<Entry>, entry: Entry, room: Room): Kept<Entry> {
  if (entries.length < room.first + room.last) return { entries: [...entries, entry], leftOut };
  return { entries: [...entries.toSpliced(room.first, 1), entry], leftOut: leftOut + 1 };
}

/** The last entry in another form; nothing changes where there is none. */
export function withLast<Entry>(kept: Kept<Entry>, change: (last: Entry) => Entry): Kept<Entry> {
  const last = kept.entries.at(-1);
  return last === undefined ? kept : { ...kept, entries: kept.entries.with(-1, change(last)) };
}
