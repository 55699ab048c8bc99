import { z } from 'zod';
import { count } from './fields.ts';
import { type RecordSchema, record } from './record.ts';

/** How far the acts are, written with every batch of them. */
export interface ActsState {
  /** Id that the file of acts has as well. */
  readonly database: string;
  /** Number of the batch that this record was written with. */
  readonly last: number;
  /** Number of the last line of the file that was on stable storage before. */
  readonly durable: number;
  /** The lines after that one. */
  readonly tail: readonly string[];
}

export const actsState: RecordSchema<ActsState> = record(({ object }) =>
  object({ database: z.string(), last: count, durable: count, tail: z.array(z.string()) }),
);
