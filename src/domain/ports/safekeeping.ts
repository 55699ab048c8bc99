import type { StoreFinding, StoreReport } from '../views/store.ts';

/** What the service's database says of itself, and copies of it; others go on writing meanwhile. */
export interface Safekeeping {
  /** What was not as acknowledged when the database was opened, or when a loss was accepted last. */
  readonly findings: readonly StoreFinding[];
  /** Reads all of it. @throws RESCUE_STORE_FAILED */
  check(): Promise<StoreReport>;
  /** All of it at one moment, as the bytes of a backup. */
  backup(): AsyncIterable<Uint8Array>;
}
