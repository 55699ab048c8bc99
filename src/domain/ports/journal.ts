import type { SignedExtrinsic } from '../chain/extrinsics.ts';
import type { ParaId } from '../units.ts';

/**
 * State of one irreversible step. `signed`: the bytes exist and were never sent. `sent`: written before the first
 * attempt to send, so it means "may be on its way". `done`: a finalized block shows the effect. `failed`: a finalized block
 * holds the failed call, or one whose effect is not there or gone again, or it got lost and the step had become needless.
 */
export interface JournalEntry {
  /** `<paraId>/<round id>/<route>/<step>`, for rounds without an id `<head hash>/<number>`: the same step never gets a second entry. */
  readonly key: string;
  readonly status: 'signed' | 'sent' | 'done' | 'failed';
  readonly extrinsic: SignedExtrinsic;
  /** Extrinsics of this step that can provably not be included any more, oldest first. */
  readonly lost: readonly SignedExtrinsic[];
  readonly note: string | null;
  /** How often the decision had been taken up again when it was signed; 0 when left out. */
  readonly resumed?: number | undefined;
}

export interface Journal {
  get(key: string): Promise<JournalEntry | null>;
  put(entry: JournalEntry): Promise<void>;
  list(paraId: ParaId): Promise<readonly JournalEntry[]>;
}
