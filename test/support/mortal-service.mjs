// The real service (compiled) in a process of its own, which kills itself with SIGKILL at the first persisted step that
// it has not died at yet: just before the write, and just after it. Argument: configuration file. Its life begins with a
// line on stdin, the JSON list of the steps at which it is not to end, such as those at which earlier lives did; it prints
// `url …` when it serves, and `dying …` right before its end.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { openApp } from '../../dist/src/app/app.js';
import { loadConfig } from '../../dist/src/config/config.js';

const [file] = process.argv.slice(2);
const config = await loadConfig({ file, env: process.env });
// Loaded before this life begins, as it takes a while; a service loads it when it starts.
if (config.contracts) await import('../../dist/src/contract/index.js');
/** Place of the step's id in a journal key. */
const STEP = 3;
const input = createInterface({ input: process.stdin });
const ended = await new Promise((resolve) => {
  input.once('line', resolve).once('close', () => resolve(null));
});
// Nobody needs another life.
if (ended === null) process.exit(0);
const survived = new Set(JSON.parse(ended));

function reach(step) {
  if (survived.has(step)) return;
  writeSync(1, `dying ${step}\n`);
  process.kill(process.pid, 'SIGKILL');
}

async function around(step, write) {
  reach(`before ${step}`);
  const result = await write();
  reach(`after ${step}`);
  return result;
}

function wrapStore(store) {
  const { snapshots, journal, ledger, incidents, pages } = store;
  return {
    ...store,
    snapshots: {
      ...snapshots,
      save: (paraId, saved, events) => {
        const [event] = events;
        const write = () => snapshots.save(paraId, saved, events);
        if (!event) return write();
        return around(event.type === 'state-changed' ? `state ${event.data.to}` : event.type, write);
      },
    },
    journal: {
      ...journal,
      put: (entry) =>
        around(`journal ${entry.key.split('/')[STEP]} ${entry.status}`, () => journal.put(entry)),
    },
    incidents: {
      ...incidents,
      begin: (incident) => around('incident begun', () => incidents.begin(incident)),
      put: (incident) =>
        incident.end === null
          ? incidents.put(incident)
          : around('incident ended', () => incidents.put(incident)),
    },
    pages: {
      ...pages,
      put: (page) => {
        const write = () => pages.put(page);
        if (page.result.kind !== 'open') return around('page closed', write);
        return page.steps.every(({ from }) => from === null) ? around('page planned', write) : write();
      },
    },
    ledger: {
      ...ledger,
      putOptIn: (optIn, policy) => around('opt-in', () => ledger.putOptIn(optIn, policy)),
      putAnchor: (...args) => around('anchor', () => ledger.putAnchor(...args)),
      putProposal: (proposal, code) => around('proposal', () => ledger.putProposal(proposal, code)),
      putRound: (record) => around('round', () => ledger.putRound(record)),
      putRelease: (release) => around(`release ${release.account}`, () => ledger.putRelease(release)),
      putVote: (vote, ...rest) => around(`vote ${vote.account}`, () => ledger.putVote(vote, ...rest)),
    },
  };
}

const app = await openApp(config, { wrapStore });
app.failed.catch((error) => {
  writeSync(2, `${error}\n`);
  process.exit(1);
});
writeSync(1, `url ${app.url}\n`);
process.once('SIGTERM', async () => {
  await app.close();
  process.exit(0);
});
