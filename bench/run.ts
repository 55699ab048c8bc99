import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Each figure runs in a process of its own, so that none warms up or burdens the next. */
const FIGURES = [
  'proof',
  'finality',
  'proof-blake2b',
  'execution',
  'state',
  'fork',
  'rehearsal',
  'observation',
  'fleet',
  'tally',
  'admission',
  'evidence',
  'census',
  'store',
  'page',
];

/** What takes arguments of its own. */
const TAKING_ARGUMENTS: readonly string[] = ['campaign', 'fleet', 'fork', 'kills', 'lies', 'soak'];

const [first, ...rest] = process.argv.slice(2);
const asked = first === undefined ? FIGURES : TAKING_ARGUMENTS.includes(first) ? [first] : [first, ...rest];
const given = first !== undefined && TAKING_ARGUMENTS.includes(first) ? rest : [];

for (const figure of asked) {
  process.stdout.write(`\n# ${figure}\n`);
  const isOfStore = figure === 'kills' && given[0] === 'store';
  const [file, args] = isOfStore ? ['kill-store', given.slice(1)] : [figure, given];
  const script = fileURLToPath(new URL(`./${file}.js`, import.meta.url));
  const { status } = spawnSync(process.execPath, ['--expose-gc', script, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
