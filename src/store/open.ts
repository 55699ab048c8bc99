import type { CensusStore } from '../domain/ports/census.ts';
import type { FinalityStore } from '../domain/ports/finality.ts';
import type { Journal } from '../domain/ports/journal.ts';
import type { Ledger } from '../domain/ports/ledger.ts';
import type { Safekeeping } from '../domain/ports/safekeeping.ts';
import type { SnapshotStore } from '../domain/ports/snapshots.ts';
import type { EpochMs } from '../domain/units.ts';
import { backupOf } from './backup.ts';
import { createCensusStore } from './census.ts';
import { checkDatabase } from './check.ts';
import { Database } from './database.ts';
import { createFinalityStore } from './finality.ts';
import { createJournal } from './journal.ts';
import { createLedger } from './ledger.ts';
import { createSnapshotStore } from './snapshots.ts';

/** The database of one service. Exactly one process owns it; every write is on stable storage when it resolves. */
export interface Store {
  readonly snapshots: SnapshotStore;
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly census: CensusStore;
  readonly safekeeping: Safekeeping;
  readonly finality: FinalityStore;
  /**
   * Takes what the database holds for all that was acknowledged, and writes the file of acts anew, at the operator's word.
   * @throws RESCUE_STORE_INCOMPLETE when the file, as far as it can be read, says that acts are missing
   */
  renewActs(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the database in the folder `path`, making it when it does not exist.
 * @throws RESCUE_STORE_BUSY when another process owns it
 * @throws RESCUE_STORE_CORRUPT when it is damaged, of another format, or not a database of pararescue
 * @throws RESCUE_STORE_FAILED when its files cannot be read
 */
export async function openStore(
  path: string,
  options: {
    readonly now?: () => EpochMs;
    /** For a copy: what errors call it. */
    readonly shownAs?: string;
  } = {},
): Promise<Store> {
  const now = options.now ?? Date.now;
  const database = await Database.open(path, options);
  return {
    snapshots: createSnapshotStore(database, now),
    journal: createJournal(database),
    ledger: createLedger(database),
    census: createCensusStore(database),
    safekeeping: {
      findings: database.findings,
      check: () => checkDatabase(database),
      backup: () => backupOf(database, now),
    },
    finality: createFinalityStore(database),
    renewActs: () => database.renewActs(),
    close: () => database.close(),
  };
}
