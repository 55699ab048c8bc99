import { z } from 'zod';
import type { SavedSnapshot } from '../ports/snapshots.ts';
import { epochMs } from './fields.ts';
import { type RecordSchema, record } from './record.ts';

/** Around the machine's own snapshot, which the machine's migrations and guards check. */
export const savedSnapshot: RecordSchema<SavedSnapshot> = record(({ object }) =>
  object({ machine: z.string(), version: z.int(), savedAt: epochMs, snapshot: z.unknown() }),
);
