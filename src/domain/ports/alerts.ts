import type { Alert } from '../alerts/alert.ts';

/** Alerts that were raised and are not over, or whose end not everybody knows. */
export interface Alerts {
  /** @returns with the id of the last event that was looked through; null before the first time */
  load(): Promise<{ readonly alerts: readonly Alert[]; readonly lastEvent: number | null }>;
  /** Writes and removes all of it in one batch. */
  save(change: {
    readonly changed: readonly Alert[];
    readonly gone: readonly string[];
    readonly lastEvent: number;
  }): Promise<void>;
}
