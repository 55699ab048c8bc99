#!/usr/bin/env node
/**
 * Runs other people's clients against the embedded network, and says what works, as a table for devnet/README.md:
 *
 *     npm run build && npm run clients [-- NAME …]
 *
 * Each client is installed into a folder of its own below the system's temporary one; nothing is installed into the project. Python's
 * need python3 with venv, subxt needs cargo and minutes; what cannot be installed is left out and said so.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const main = join(here, '../../dist/src/main.js');
const INSTALL_MS = 1_800_000;

const wanted = process.argv.slice(2);
const clients = JSON.parse(await readFile(join(here, 'clients.json'), 'utf8')).filter(
  ({ name }) => wanted.length === 0 || wanted.some((each) => name.startsWith(each)),
);
const folder = await mkdtemp(join(tmpdir(), 'try-clients-'));
const rows = [];
try {
  for (const client of clients) rows.push(await tried(client));
} finally {
  await rm(folder, { recursive: true, force: true });
}
const today = new Date().toISOString().slice(0, 10);
console.log('\n| client | version | date | tried | works |\n| --- | --- | --- | --- | --- |');
for (const { name, version, total, failed, note } of rows)
  console.log(
    `| ${name} | ${version} | ${today} | ${total} | ${note ?? (failed.length === 0 ? 'all' : `all but ${failed.join('; ')}`)} |`,
  );
process.exitCode = rows.some(({ failed }) => failed.length > 0) ? 1 : 0;

/** Each client has a network of its own: none stumbles over what another left. */
async function tried(client) {
  const { name, script, packages } = client;
  const version = packages[0].split(/@|==/).at(-1);
  console.log(`\n${name} ${version}`);
  const place = join(folder, name.replaceAll(' ', '-'));
  await mkdir(place);
  await cp(here, place, { recursive: true });
  let command;
  try {
    command = await installed(extname(script), place, script, packages);
  } catch (error) {
    const note = `not tried: ${String(error.message).split('\n')[0]}`;
    console.log(`  ${note}`);
    return { name, version, total: 0, failed: [], note };
  }
  const { network, urls } = await startNetwork();
  try {
    return { name, version, ...(await results(command, place, urls)) };
  } finally {
    network.kill('SIGINT');
    await once(network, 'exit');
  }
}

async function installed(kind, place, script, packages) {
  const options = { cwd: place, timeout: INSTALL_MS, maxBuffer: 1 << 26 };
  if (kind === '.mjs') {
    await writeFile(join(place, 'package.json'), '{"private":true}');
    await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages], options);
    return [process.execPath, [script]];
  }
  if (kind === '.rs') {
    const crate = join(place, 'crate');
    await mkdir(join(crate, 'src'), { recursive: true });
    await cp(join(place, script), join(crate, 'src/main.rs'));
    await cp(join(place, script.replace('.rs', '.toml')), join(crate, 'Cargo.toml'));
    await run('cargo', ['build', '--quiet'], { ...options, cwd: crate });
    return [join(crate, 'target/debug/try-subxt'), []];
  }
  await run('python3', ['-m', 'venv', 'python'], options);
  await run('python/bin/pip', ['install', '--quiet', ...packages], options);
  return [join(place, 'python/bin/python'), [script]];
}

async function startNetwork() {
  const ports = ['relay', 'para', 'contracts', 'control'].flatMap((each) => [`--${each}-port`, '0']);
  const words = [main, 'devnet', '--contracts', '--block-ms', '500', ...ports];
  const network = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const urls = {};
  for await (const line of createInterface(network.stdout)) {
    const [, chain, url] = /^(relay chain|para \d+) +(ws:\S+)/.exec(line) ?? [];
    if (chain === 'relay chain') urls.relay = url;
    if (chain === 'para 2000') urls.para = url;
    if (chain === 'para 1000') urls.contracts = url;
    if (line.includes('Ctrl-C')) return { network, urls };
  }
  throw new Error('the network did not start');
}

async function results([command, words], cwd, urls) {
  const env = { ...process.env, DEVNET: JSON.stringify(urls), PYTHONPATH: cwd };
  const client = spawn(command, words, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  client.stderr.on('data', (data) => {
    said = `${said}${data}`.slice(-4000);
  });
  const ended = once(client, 'exit');
  const failed = [];
  let total = 0;
  for await (const line of createInterface(client.stdout)) {
    if (!line.startsWith('{"what"')) continue;
    const { what, problem } = JSON.parse(line);
    total += 1;
    if (problem !== null) failed.push(what);
    console.log(
      `  ${problem === null ? 'works' : 'FAILS'}  ${what}${problem === null ? '' : `\n${problem}`}`,
    );
  }
  const [code] = await ended;
  if (code !== 0 && failed.length === 0) {
    console.log(said);
    failed.push('it ended early');
  }
  return { total, failed };
}
