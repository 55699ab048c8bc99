import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Each figure runs in a process of its own, so that none warms up or burdens the next. */
const FIGURES = ['proof', 'proof-blake2b', 'execution', 'tally', 'admission', 'evidence', 'census'];

for (const figure of process.argv.length > 2 ? process.argv.slice(2) : FIGURES) {
  process.stdout.write(`\n# ${figure}\n`);
  const script = fileURLToPath(new URL(`./${figure}.js`, import.meta.url));
  const { status } = spawnSync(process.execPath, ['--expose-gc', script], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
