import { z } from 'zod';
import type { EpochMs, ParaId, RelayBlock } from '../units.ts';
import { type StoreFinding, storeFinding } from '../views/store.ts';
import { block, count, epochMs, paraId } from './fields.ts';
import { type RecordSchema, record } from './record.ts';

/** Acts of a para that were acknowledged and are gone, as the operator accepted it. The round that was open then is void. */
export interface AcceptedLoss {
  readonly paraId: ParaId;
  readonly acceptedAt: EpochMs;
  /**
   * Highest number of a round of the para that was known of, also by what was lost: on heads that can have had a round then,
   * later rounds have higher numbers, so that no id comes again.
   */
  readonly round: number;
  /** The opt-in or opt-out that was lost, as far as it is known; null when it was not lost. */
  readonly optIn: LostOptIn | null;
  /** First relay block that the service saw afterwards; null until then. */
  readonly resumedAt: RelayBlock | null;
  /** What the service said was missing. */
  readonly lost: readonly StoreFinding[];
}

export interface LostOptIn {
  /** The registrar manager had opted out by signature: no contract brings a policy into force again without a word of it. */
  readonly leftByManager: boolean;
  /** Signed acts count from here on with higher sequences only: an older one may be repeated by anybody. */
  readonly sequence: number;
}

export const acceptedLoss: RecordSchema<AcceptedLoss> = record(({ object, of }) =>
  object({
    paraId,
    acceptedAt: epochMs,
    round: count,
    optIn: object({ leftByManager: z.boolean(), sequence: count }).nullable(),
    resumedAt: block.nullable(),
    lost: z.array(of(storeFinding)),
  }),
);
