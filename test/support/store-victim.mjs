// A process that does one thing with a database and is killed on its way; it runs the built code as a user's process would.
// argv: the step to die at (0: none), `before` or `after` it, what to do, and its arguments. A step is one call that changes a
// file: of node:fs/promises, of an open file, or of LevelDB. Says `begin`, what was acknowledged meanwhile, and at the end
// how many steps there were.
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { Level } from 'level';

const [at = '0', when = 'before', act = '', ...args] = process.argv.slice(2);
let steps = 0;
let isOn = false;

function counted(holder, names) {
  for (const name of names) {
    const real = holder[name];
    if (typeof real !== 'function') continue;
    holder[name] = async function (...given) {
      if (!isOn) return real.apply(this, given);
      steps += 1;
      const isMine = steps === Number(at);
      if (isMine && when === 'before') process.kill(process.pid, 'SIGKILL');
      try {
        return await real.apply(this, given);
      } finally {
        if (isMine) process.kill(process.pid, 'SIGKILL');
      }
    };
  }
}

const handle = await fs.open(new URL(import.meta.url), 'r');
counted(Object.getPrototypeOf(handle), ['write', 'appendFile', 'sync', 'datasync', 'truncate', 'chmod']);
await handle.close();
counted(fs, ['open', 'rename', 'mkdir', 'mkdtemp', 'rm', 'copyFile', 'chmod', 'writeFile', 'symlink']);
counted(Level.prototype, ['_open', '_batch', '_put', '_close']);
counted(Level, ['repair']);
syncBuiltinESMExports();

const { openStore } = await import('../../dist/src/store/open.js');
const { restoreBackup, writeBackup } = await import('../../dist/src/store/backup.js');
const { repairDatabase } = await import('../../dist/src/store/repair.js');

const say = (word) => process.stdout.write(`${word}\n`);
const hash = (byte) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`;

/** Votes of one account, each acknowledged before it is said. */
async function vote(store, from, to) {
  for (let sequence = from; sequence <= to; sequence++) {
    const place = { relayGenesis: hash(1), paraId: 2000, anchor: hash(0xaa), round: 1, roundId: hash(0xee) };
    await store.ledger.putVote(
      {
        ...place,
        proposal: hash(8),
        choice: 'aye',
        account: hash(0x77),
        sequence,
        signature: `0x${'ab'.repeat(64)}`,
        scheme: 'sr25519',
        power: 1n,
        admittedAt: 131,
      },
      [],
      [],
    );
    say(`vote ${sequence}`);
  }
}

const [folder = '', other = ''] = args;
const ACTS = {
  open: async () => {
    const store = await openStore(folder);
    await vote(store, 1, 3);
    await store.close();
  },
  renew: async () => {
    const store = await openStore(folder);
    await store.renewActs();
    await store.close();
  },
  accept: async () => {
    const store = await openStore(folder);
    await store.acceptLoss([2000, 2001]);
    await store.close();
  },
  backup: async () => {
    const store = await openStore(folder);
    await Promise.all([writeBackup(store.safekeeping.backup(), other), vote(store, 1, 3)]);
    await store.close();
  },
  restore: () => restoreBackup(other, folder),
  repair: () => repairDatabase(other, folder),
};

say('begin');
isOn = true;
await ACTS[act]();
say(`steps ${steps}`);
