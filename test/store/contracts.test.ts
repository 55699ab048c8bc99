import { openStore } from '../../src/store/open.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { describeJournal } from './journal-suite.ts';
import { describeLedger } from './ledger-suite.ts';
import { describeSnapshotStore } from './snapshot-store-suite.ts';

async function place() {
  const path = await temporaryFolder();
  return { reopen: () => openStore(path) };
}

describeSnapshotStore('LevelDB', place);
describeJournal('LevelDB', place);
describeLedger('LevelDB', place);
