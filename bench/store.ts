// What it costs that acts are written down twice: votes into the database as the service writes them, beside the same records
// in LevelDB alone, side by side. `node dist/bench/store.js [votes]`; then how long a check at the start takes.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import type { Hex } from '../src/domain/units.ts';
import { openStore } from '../src/store/open.ts';

const [count = 300, many = 20_000] = process.argv.slice(2).map(Number);
const hash = (byte: number): Hex => `0x${byte.toString(16).padStart(64, '0')}`;
const voteOf = (index: number) =>
  ({
    relayGenesis: hash(1),
    paraId: 2000,
    anchor: hash(2),
    round: 1,
    roundId: hash(4),
    proposal: hash(3),
    choice: 'aye',
    account: hash(index),
    sequence: 1,
    signature: `0x${'ab'.repeat(64)}`,
    scheme: 'sr25519',
    power: 1_000_000_000n,
    admittedAt: 131,
  }) as const;

const folder = await mkdtemp(join(tmpdir(), 'pararescue-store-'));
const store = await openStore(join(folder, 'ours'));
const level = new Level<Uint8Array, Uint8Array>(join(folder, 'level'), {
  keyEncoding: 'view',
  valueEncoding: 'view',
});
await level.open();
const value = new Uint8Array(600).fill(7);
const alone = (index: number) =>
  level.batch([{ type: 'put', key: new TextEncoder().encode(hash(index)), value }], { sync: true });
const ours = (index: number) => store.ledger.putVote(voteOf(index) as never, [], []);

/** Milliseconds an act, one after the other or some at once, turn by turn so that both meet the same disk. */
async function measure(what: string, atOnce: number): Promise<void> {
  let [one, two] = [0, 0];
  for (let index = 0; index < count; index += atOnce) {
    const group = Array.from({ length: atOnce }, (_, offset) => next + index + offset);
    const start = performance.now();
    await Promise.all(group.map(alone));
    const middle = performance.now();
    await Promise.all(group.map(ours));
    one += middle - start;
    two += performance.now() - middle;
  }
  next += count;
  const each = (ms: number) => (ms / count).toFixed(2);
  console.log(
    `  ${what}: ${each(two)} ms an act, LevelDB alone ${each(one)} ms: ${(two / one).toFixed(2)} times`,
  );
}
let next = 0;
await measure('warming up', 1);
await measure('one after the other', 1);
await measure('16 at once', 16);
await level.close();
// Fills the database without waiting for each act.
for (let index = 0; index < many; index += 500) {
  await Promise.all(Array.from({ length: 500 }, (_, offset) => ours(1e6 + index + offset)));
}
await store.close();
for (const what of ['the first start', 'the next one']) {
  const begin = performance.now();
  const again = await openStore(join(folder, 'ours'));
  console.log(
    `  ${what} with ${many} more votes: ${Math.round(performance.now() - begin)} ms, ${again.safekeeping.findings.length} findings`,
  );
  await again.close();
}
await rm(folder, { recursive: true });
