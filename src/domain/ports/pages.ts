import type { RoundId } from '../round/round-id.ts';
import type { ParaId } from '../units.ts';
import type { ValidationPage } from '../validation/page.ts';

/** Validation pages of decisions, one for each round whose decision was carried out. Every write is synced. */
export interface Pages {
  /** @throws RESCUE_STORE_CORRUPT for a damaged one */
  get(paraId: ParaId, roundId: RoundId): Promise<ValidationPage | null>;
  /** In no particular order; damaged ones are left out. */
  list(paraId: ParaId): Promise<readonly ValidationPage[]>;
  /** Writes it under its round, in place of what was known of it before. */
  put(page: ValidationPage): Promise<void>;
}
