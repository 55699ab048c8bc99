// Kills the service again and again: `npm run bench -- kills [deaths] [seed]`, a thousand by default. Tells the tale of a rescue by
// the manager's key, by the contract and by the manager's multisig in turn, until so many lives ended by SIGKILL: before and after
// every persisted step, and at any moment in between. Ends with exit status 1 when a vote was lost, an extrinsic was sent twice, or a rescue did not end well.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [wanted = 1000, seed = Date.now() % 2 ** 31] = process.argv.slice(2).map(Number);
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'pararescue-kills-'));
const figures = join(folder, 'deaths');
const STORIES = {
  'manager’s key': 'test/e2e/kill.test.ts',
  contract: 'test/e2e/contract-kill.test.ts',
  'manager’s multisig': 'test/e2e/multisig-kill.test.ts',
};
const deaths = new Map<string, number[]>(Object.keys(STORIES).map((route) => [route, []]));
const total = () => [...deaths.values()].flat().reduce((sum, count) => sum + count, 0);

for (let story = 0; total() < wanted && process.exitCode === undefined; story++) {
  for (const [route, file] of Object.entries(STORIES)) {
    if (total() >= wanted) break;
    writeFileSync(figures, '');
    const own = seed + story;
    const { status, stdout } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', file], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, PARARESCUE_KILL_SEEDS: String(own), PARARESCUE_KILL_FIGURES: figures },
    });
    const counts = readFileSync(figures, 'utf8').trim().split('\n').filter(Boolean).map(Number);
    deaths.get(route)?.push(...counts);
    if (status !== 0) {
      console.error(
        `a rescue by the ${route} did not end well; seed ${own} repeats it\n${String(stdout).slice(-4000)}`,
      );
      process.exitCode = 1;
    } else console.log(`by the ${route}, seed ${own}: ${counts.join(' + ')} deaths, ${total()} in all`);
  }
}
rmSync(folder, { recursive: true });
for (const [route, counts] of deaths) {
  const sum = counts.reduce((all, count) => all + count, 0);
  console.log(`${counts.length} rescues by the ${route}: ${sum} deaths survived`);
}
