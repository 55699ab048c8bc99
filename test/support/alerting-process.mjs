// Alerts of the built code in a process of its own, on a real database. argv: folder of the database, URL of the webhook. Each line on
// stdin is the condition of para 2000 from then on; before the first one nothing is known of it. Prints `ready` when it looks, and `told` or `refused` after each attempt.
import { createInterface } from 'node:readline';
import { startAlerts } from '../../dist/src/monitor/alerts/alert-keeper.js';
import { openStore } from '../../dist/src/store/open.js';

const [folder = '', url = ''] = process.argv.slice(2);
const store = await openStore(folder);
let is = 'unknown';
const status = () => ({
  sight: { block: 1, readAgoMs: 0, blockAgeMs: 0, limitMs: 1, blind: null },
  finality: { actable: true },
  paras: [
    { paraId: 2000, name: 'Para', condition: { is, sentence: `it is ${is}` }, state: is, diagnosis: null },
  ],
  endpoints: [],
});
await startAlerts({
  alerts: store.alerts,
  hooks: [{ name: 'oncall', format: 'json', url, token: null, severity: 'warning' }],
  facts: () => ({ status: status(), troubled: [], findings: [] }),
  events: async function* () {},
  lastEventId: async () => 0,
  relayGenesis: `0x${'01'.repeat(32)}`,
  runbooks: 'docs/runbooks',
  resolveAfterMs: 20,
  now: Date.now,
  // Only now is it on disk.
  onTold: ({ refusal }) => process.stdout.write(refusal === null ? 'told\n' : 'refused\n'),
  onFailed: (error) => {
    throw error;
  },
  pace: { lookMs: 10, timeoutMs: 2000, firstWaitMs: 20 },
});
process.stdout.write('ready\n');
createInterface({ input: process.stdin }).on('line', (line) => {
  is = line;
});
