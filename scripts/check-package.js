// Checks what npm would publish: which files it holds, and that every entry resolves and has types (publint, attw).
// `--install` also installs it into an empty folder and plays the demo from there; that needs the registry.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** What the package may hold besides compiled files; a folder ends with a slash. */
const SHIPPED = [
  'package.json',
  'dist/web/',
  'README.md',
  'CHANGELOG.md',
  'UPGRADING.md',
  'SECURITY.md',
  'LICENSE',
  'NOTICE',
  'docs/',
  'examples/',
  'ops/',
  'schemas/',
  'machines/README.md',
  'contracts/RescueContract.sol',
  'contracts-abi/',
  'devnet/runtimes/artifacts/',
];
const COMPILED = /^dist\/((?:src|machines|devnet)\/.+?)(\.d\.ts|\.js)$/;

function run(command, args, cwd = ROOT) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}\n${stderr}`);
  return stdout;
}

/** Each compiled file has its source, and nothing else is there that nobody asked for. */
function strangers(files) {
  return files.filter((file) => {
    const source = COMPILED.exec(file)?.[1];
    if (source !== undefined) return !existsSync(join(ROOT, `${source}.ts`));
    return !SHIPPED.some((name) => (name.endsWith('/') ? file.startsWith(name) : file === name));
  });
}

function installAndPlay(tarball, folder) {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball], folder);
  const lines = run('npx', ['--no', 'pararescue', 'demo', '--json'], folder).trim().split('\n');
  const last = JSON.parse(lines.at(-1) ?? '{}');
  if (last.type !== 'summary')
    throw new Error(`the demo did not end with a summary but with: ${lines.at(-1)}`);
  console.log(`installed in an empty folder; the demo says: ${last.message}`);
}

if (!existsSync(join(ROOT, 'dist/src/main.js'))) throw new Error('nothing is built yet: npm run build');
const folder = mkdtempSync(join(tmpdir(), 'pararescue-package-'));
try {
  run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder]);
  const { name, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const tarball = join(folder, `${name}-${version}.tgz`);
  const files = run('tar', ['-tzf', tarball])
    .trim()
    .split('\n')
    .map((file) => file.replace(/^package\//, ''));
  const wrong = strangers(files);
  if (wrong.length > 0) throw new Error(`the package holds what nobody asked for:\n${wrong.join('\n')}`);
  run('npx', ['--no', 'publint', tarball, '--strict']);
  run('npx', ['--no', 'attw', tarball, '--profile', 'esm-only']);
  console.log(`${name} ${version}: ${files.length} files, publint and attw find nothing`);
  if (process.argv.includes('--install')) installAndPlay(tarball, folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
