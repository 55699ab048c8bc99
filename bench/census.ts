// A census at several sizes: `node dist/bench/census.js [accounts …]`, 10 000, 100 000 and 1 000 000 by default.
// A process of its own plays the para's node (true trie, JSON-RPC over WebSocket), another one archives from it, so that
// the memory shown is the archiver's alone. Its start, before the first page, costs about 100 MB.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { CensusFigures, CensusTask } from './census-archive.ts';

const given = process.argv.slice(2).map(Number);
const sizes = given.length > 0 ? given : [10_000, 100_000, 1_000_000];

console.log('accounts    build  archive  accounts/s  nodes      disk    memory  proof served');
for (const accounts of sizes) {
  const started = performance.now();
  const node = start('census-node', ['--max-old-space-size=8192']);
  const served = message<Omit<CensusTask, 'accounts'>>(node);
  node.send(accounts);
  const task: CensusTask = { ...(await served), accounts };
  const built = performance.now() - started;

  const archiver = start('census-archive', []);
  const done = message<CensusFigures>(archiver);
  archiver.send(task);
  const figures = await done;
  node.kill();
  await Promise.all(
    [node, archiver].map((child) => child.exitCode ?? child.signalCode ?? once(child, 'exit')),
  );
  console.log(
    [
      String(accounts).padEnd(9),
      seconds(built).padStart(7),
      seconds(figures.archiveMs).padStart(8),
      String(Math.round((accounts / figures.archiveMs) * 1000)).padStart(11),
      String(figures.nodes).padStart(9),
      megabytes(figures.diskBytes).padStart(9),
      megabytes(figures.peakMemoryBytes).padStart(9),
      `${figures.proofMs.toFixed(2)} ms`.padStart(13),
    ].join(' '),
  );
}

function start(name: string, execArgv: string[]): ChildProcess {
  return fork(new URL(`./${name}.js`, import.meta.url), [], { execArgv });
}

/** The child's first message; the bench ends with the child when it fails. */
async function message<T>(child: ChildProcess): Promise<T> {
  const exited = once(child, 'exit').then(([code]) => {
    throw new Error(`a process of the bench ended early with status ${code}`);
  });
  const [value] = await Promise.race([once(child, 'message'), exited]);
  exited.catch(() => undefined);
  return value as T;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
