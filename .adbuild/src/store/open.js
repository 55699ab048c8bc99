import { createCensusStore } from './census.js';
import { Database } from './database.js';
import { createJournal } from './journal.js';
import { createLedger } from './ledger.js';
import { createSnapshotStore } from './snapshots.js';
/**
 * Opens the database in the folder `path`, making it when it does not exist.
 * @throws RESCUE_STORE_BUSY when another process owns it
 * @throws RESCUE_STORE_CORRUPT when it is damaged, of another format, or not a database of pararescue
 */
export async function openStore(path, options = {}) {
    const database = await Database.open(path);
    return {
        snapshots: createSnapshotStore(database, options.now ?? Date.now),
        journal: createJournal(database),
        ledger: createLedger(database),
        census: createCensusStore(database),
        close: () => database.close(),
    };
}
//# sourceMappingURL=open.js.map