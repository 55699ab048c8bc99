import { z } from 'zod';
import { listOf } from '../list-of.ts';
import { type RecordSchema, record } from '../records/record.ts';
import { countedRelease, releasedDecision, releaseStanding } from '../records/release.ts';
import type { CountedRelease, ReleasedDecision, ReleaseStanding } from '../round/release.ts';

/** Most statements that are read of one decision: far more than there can be people. */
const MOST_STATEMENTS = 1_000;

/** How far the approved decision of a para is released: what those sign who release it, and what is still missing. */
export interface ReleaseView {
  readonly decision: ReleasedDecision;
  /** Each rule that holds, met or not. */
  readonly standings: readonly ReleaseStanding[];
  /** Everything that is asked for is there. */
  readonly released: boolean;
  /** The service has sent something of the decision: nothing can be taken back any more. */
  readonly begun: boolean;
  /** What each person said last. */
  readonly statements: readonly CountedRelease[];
  readonly sentence: string;
}

export const releaseView: RecordSchema<ReleaseView> = record(({ object, of }) =>
  object({
    decision: of(releasedDecision),
    standings: listOf(of(releaseStanding), 16),
    released: z.boolean(),
    begun: z.boolean(),
    statements: listOf(of(countedRelease), MOST_STATEMENTS),
    sentence: z.string(),
  }),
);
