import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Who may import whom, besides itself and `bytes`: design section 1, with the changes recorded in docs/decisions. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  bytes: [],
  domain: [],
  proof: [],
  code: ['domain'],
  executor: ['domain', 'proof', 'code'],
  sandbox: ['domain', 'proof', 'code', 'executor'],
  machines: ['domain'],
  keys: ['domain'],
  voting: ['domain', 'proof', 'keys'],
  threads: ['domain', 'voting'],
  chain: ['domain', 'proof', 'keys'],
  contract: ['domain', 'chain'],
  store: ['domain'],
  routes: ['threads', 'machines', 'domain', 'voting', 'code'],
  recovery: ['machines', 'domain', 'voting', 'routes', 'code'],
  http: ['recovery', 'voting', 'keys', 'domain'],
  config: ['domain', 'keys'],
  client: ['domain'],
  app: ['recovery', 'routes', 'http', 'client', 'config', 'chain', 'contract', 'store', 'voting', 'domain'],
  cli: [
    'app',
    'threads',
    'client',
    'config',
    'recovery',
    'routes',
    'voting',
    'code',
    'domain',
    'keys',
    'chain',
    'contract',
    'devnet',
    'demo',
  ],
  demo: ['app', 'client', 'config', 'contract', 'http', 'recovery', 'voting', 'code', 'domain', 'devnet'],
  devnet: ['sandbox', 'executor', 'proof', 'domain'],
  root: ['app', 'cli', 'client', 'config', 'recovery', 'domain'],
};
/** Packages with one owner. */
const OWNED: Readonly<Record<string, readonly string[]>> = {
  level: ['store'],
  xstate: ['machines', 'recovery'],
  fastify: ['http'],
  commander: ['cli'],
  '@polkadot/api-contract': ['contract'],
  '@polkadot/api': ['chain', 'contract', 'devnet', 'cli'],
};

interface Import {
  readonly file: string;
  readonly layer: string;
  readonly target: string;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.includes('runtimes'));
}

function layerOf(file: string): string {
  const [top = '', second = ''] = relative(ROOT, file).split('/');
  if (top !== 'src') return top;
  return second.endsWith('.ts') ? 'root' : second;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map((match) => match[1] ?? '');
  return specifiers.map((target) => ({ file: relative(ROOT, file), layer: layerOf(file), target }));
}

const files = ['src', 'machines', 'devnet'].flatMap(sourceFiles);
const imports = files.flatMap(importsOf);

describe('architecture', () => {
  it('has sources to look at', () => {
    expect(files.length).toBeGreaterThan(40);
    expect(imports.length).toBeGreaterThan(100);
  });

  it('imports only downwards, by layer', () => {
    const wrong = imports
      .filter(({ target }) => target.startsWith('.'))
      .filter(({ file, layer, target }) => {
        const to = layerOf(resolve(ROOT, dirname(file), target));
        return to !== layer && to !== 'bytes' && !(ALLOWED[layer] ?? []).includes(to);
      })
      .map(({ file, target }) => `${file} imports ${target}`);
    expect(wrong).toEqual([]);
  });

  it('keeps packages with their owners', () => {
    const wrong = imports
      .filter(({ target, layer }) => {
        const owners = OWNED[target];
        return owners !== undefined && !owners.includes(layer);
      })
      .map(({ file, target }) => `${file} imports ${target}`);
    expect(wrong).toEqual([]);
  });

  it('keeps every file short enough to read in one sitting', () => {
    const long = files
      .map((file) => ({ file: relative(ROOT, file), lines: readFileSync(file, 'utf8').split('\n').length }))
      .filter(({ lines }) => lines > 420);
    expect(long).toEqual([]);
  });
});
