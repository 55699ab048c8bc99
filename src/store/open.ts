import type { Alerts } from '../domain/ports/alerts.ts';
import type { Authorisations } from '../domain/ports/authorisations.ts';
import type { CensusStore } from '../domain/ports/census.ts';
import type { FinalityStore } from '../domain/ports/finality.ts';
import type { Incidents } from '../domain/ports/incidents.ts';
import type { Journal } from '../domain/ports/journal.ts';
import type { Ledger } from '../domain/ports/ledger.ts';
import type { Losses } from '../domain/ports/losses.ts';
import type { Pages } from '../domain/ports/pages.ts';
import type { ReadinessStore } from '../domain/ports/readiness.ts';
import type { Safekeeping } from '../domain/ports/safekeeping.ts';
import type { SnapshotStore } from '../domain/ports/snapshots.ts';
import type { EpochMs, ParaId } from '../domain/units.ts';
import { type LossPlan, planLoss } from './accept-loss.ts';
import { createAlerts } from './alerts.ts';
import { createAuthorisations } from './authorisations.ts';
import { backupOf } from './backup.ts';
import { createCensusStore } from './census.ts';
import { checkDatabase } from './check.ts';
import { Database } from './database.ts';
import { createFinalityStore } from './finality.ts';
import { createIncidents } from './incidents.ts';
import { createJournal } from './journal.ts';
import { createLedger } from './ledger.ts';
import { createLosses } from './losses.ts';
import { createPages } from './pages.ts';
import { createReadinessStore } from './readiness.ts';
import { createSnapshotStore } from './snapshots.ts';

/** The database of one service. Exactly one process owns it; every write is on stable storage when it resolves. */
export interface Store {
  readonly snapshots: SnapshotStore;
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly census: CensusStore;
  readonly safekeeping: Safekeeping;
  readonly finality: FinalityStore;
  readonly losses: Losses;
  readonly incidents: Incidents;
  readonly pages: Pages;
  readonly readiness: ReadinessStore;
  readonly alerts: Alerts;
  readonly authorisations: Authorisations;
  /**
   * Takes what the database holds for all that was acknowledged, and writes the file of acts anew, at the operator's word.
   * @throws RESCUE_STORE_INCOMPLETE when the file, as far as it can be read, says that acts are missing
   */
  renewActs(): Promise<void>;
  /** What `acceptLoss` would do, and why it could not. @throws RESCUE_REQUEST_INVALID */
  planLoss(paras: readonly ParaId[]): Promise<LossPlan>;
  /**
   * Lets paras that are held go on without what is missing, at the operator's word: their open rounds are void, and the loss
   * is a record of its own from now on.
   * @throws RESCUE_REQUEST_INVALID when one is not held, or others depend on what is lost
   */
  acceptLoss(paras: readonly ParaId[]): Promise<LossPlan>;
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
      get findings() {
        return database.findings;
      },
      check: () => checkDatabase(database),
      backup: () => backupOf(database, now),
    },
    finality: createFinalityStore(database),
    losses: createLosses(database),
    incidents: createIncidents(database),
    pages: createPages(database),
    readiness: createReadinessStore(database),
    alerts: createAlerts(database),
    authorisations: createAuthorisations(database),
    renewActs: () => database.renewActs(),
    planLoss: (paras) => planLoss(database, paras, now()),
    acceptLoss: (paras) => database.giveUp(() => planLoss(database, paras, now())),
    close: () => database.close(),
  };
}
