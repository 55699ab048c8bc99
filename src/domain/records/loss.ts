import { z } from 'zod';
import type { EpochMs, ParaId } from '../units.ts';
import { STORE_PROBLEMS, type StoreProblem } from '../views/store.ts';
import { count, epochMs, paraId } from './fields.ts';
import { type RecordSchema, record } from './record.ts';

/** Acts of a para that were acknowledged and are gone, as the operator accepted it. The round that was open then is void. */
export interface AcceptedLoss {
  readonly paraId: ParaId;
  readonly acceptedAt: EpochMs;
  /** Highest round of the para that was known of, also by what was lost: later rounds have higher numbers. */
  readonly round: number;
  readonly lost: readonly LostAct[];
}

export interface LostAct {
  /** `vote 0x000007d0…`: kind and key. */
  readonly act: string;
  readonly problem: StoreProblem;
  /** When it was written; null when that is not known. */
  readonly at: EpochMs | null;
}

export const acceptedLoss: RecordSchema<AcceptedLoss> = record(({ object }) =>
  object({
    paraId,
    acceptedAt: epochMs,
    round: count,
    lost: z.array(object({ act: z.string(), problem: z.enum(STORE_PROBLEMS), at: epochMs.nullable() })),
  }),
);
