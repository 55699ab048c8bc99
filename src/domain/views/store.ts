import { z } from 'zod';
import { count, epochMs, paraId } from '../records/fields.ts';
import { type RecordSchema, record } from '../records/record.ts';
import type { EpochMs, ParaId } from '../units.ts';

/** Something that a check of the database found. */
export interface StoreFinding {
  /** Null for what belongs to no para. */
  readonly paraId: ParaId | null;
  /** Kind of record (`vote`, `proposal`, …), or the file that is concerned. */
  readonly what: string;
  readonly problem: StoreProblem;
  readonly count: number;
  /** When the oldest and the newest of them were written; null when that is not known. */
  readonly since: EpochMs | null;
  readonly until: EpochMs | null;
  /** A few of them. */
  readonly examples: readonly string[];
  /** Whose acts stop until the operator has decided. */
  readonly holds: 'nobody' | 'para' | 'all';
  readonly sentence: string;
}

export const STORE_PROBLEMS = ['missing', 'changed', 'unknown', 'unreadable', 'unproven', 'damaged'] as const;
export type StoreProblem = (typeof STORE_PROBLEMS)[number];

/** What a check of the whole database says. */
export interface StoreReport {
  /** Of the records as they were found; those of an earlier one are looked at as they are brought up to this version. */
  readonly format: number;
  readonly records: number;
  readonly bytes: number;
  /** Number of the last batch of acts. */
  readonly lastAct: number;
  /** How many records there are of each kind that belongs to a para. */
  readonly paras: readonly { readonly paraId: ParaId; readonly kind: string; readonly count: number }[];
  /** Empty when everything that was ever acknowledged is there. */
  readonly findings: readonly StoreFinding[];
}

export const storeFinding: RecordSchema<StoreFinding> = record(({ object }) =>
  object({
    paraId: paraId.nullable(),
    what: z.string(),
    problem: z.enum(STORE_PROBLEMS),
    count,
    since: epochMs.nullable(),
    until: epochMs.nullable(),
    examples: z.array(z.string()),
    holds: z.enum(['nobody', 'para', 'all']),
    sentence: z.string(),
  }),
);

export const storeReport: RecordSchema<StoreReport> = record(({ object, of }) =>
  object({
    format: count,
    records: count,
    bytes: count,
    lastAct: count,
    paras: z.array(object({ paraId, kind: z.string(), count })),
    findings: z.array(of(storeFinding)),
  }),
);

/** Whose acts stop because of what was found. */
export function heldBy(findings: readonly StoreFinding[], paraId: ParaId): readonly StoreFinding[] {
  return findings.filter(({ holds, paraId: its }) => holds === 'all' || (holds === 'para' && its === paraId));
}
