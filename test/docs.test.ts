import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { EVIDENCE_VERSION } from '../src/voting/evidence/format.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const inFolder = (folder: string) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));

const decisions = inFolder('docs/decisions');
const pages = [
  ...inFolder('.'),
  ...inFolder('docs'),
  ...inFolder('machines'),
  ...inFolder('devnet'),
  ...inFolder('devnet/runtimes'),
  ...inFolder('contracts-abi'),
];

describe('the docs', () => {
  it('link only to what is there', () => {
    const broken = [...pages, ...decisions].flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !existsSync(join(ROOT, dirname(page), target)))
        .map((target) => `${page} links to ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('name only files that are there', () => {
    // From the root, from src or from the page's own folder. The change log tells of what was, decisions of when they were made.
    const places = (page: string) => [ROOT, join(ROOT, 'src'), join(ROOT, dirname(page))];
    const missing = pages
      .filter((page) => page !== 'CHANGELOG.md')
      .flatMap((page) =>
        [...read(page).matchAll(/`([\w.-]+(?:\/[\w.-]+)+\/?|[\w-]+\.(?:ts|mjs|sol))`/g)]
          .map(([, path = '']) => path)
          .filter((path) => /\.(?:ts|js|mjs|md|json|ya?ml|sh|sol)$/.test(path) || path.endsWith('/'))
          // NAME is what the reader puts there.
          .filter((path) => !path.includes('NAME'))
          .filter((path) => !places(page).some((place) => existsSync(join(place, path))))
          .map((path) => `${page} names ${path}`),
      );
    expect(missing).toEqual([]);
  });

  it('name a test for each attack of the threat model, and it is there', () => {
    const held = [...read('docs/threat-model.md').matchAll(/`(test\/[^`]+)`: ([^;|]*)/g)];
    expect(held.length).toBeGreaterThan(30);
    const missing = held
      .map(([, file = '', title = '']) => ({ file, title: title.trim() }))
      .filter(({ file, title }) => !existsSync(join(ROOT, file)) || !read(file).includes(title));
    expect(missing).toEqual([]);
  });

  it('tell every environment variable that is read, and no other', () => {
    const sources = ['src', 'machines', 'devnet', 'bench', 'test', 'scripts', '.ci'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && (/\.(?:ts|js|mjs)$/.test(entry.name) || folder === '.ci'))
        .map((entry) => join(relative(ROOT, entry.parentPath), entry.name)),
    );
    const found = new Set<string>();
    const byName: string[] = [];
    for (const path of sources) {
      const text = read(path);
      // Read by its name; what is only set, or handed on whole, is read by others.
      for (const [, name = ''] of text.matchAll(/\benv\.([A-Z][A-Z0-9_]*)\b(?! = )/g)) found.add(name);
      for (const [, name = ''] of text.matchAll(/\$\{([A-Z][A-Z0-9_]*):-/g)) found.add(name);
      if (path.startsWith('src/') && /\btmpdir\(\)/.test(text)) found.add('TMPDIR');
      if (path.startsWith('src/config/')) {
        for (const [, name = ''] of text.matchAll(/\benv: '([A-Z][A-Z0-9_]*)'/g)) found.add(name);
      }
      if (path.startsWith('src/') && /\benv\[\w+\](?! = )/.test(text)) byName.push(path);
    }
    // Not ours: where programs are looked for.
    found.delete('PATH');
    const page = read('docs/environment.md');
    const told = [...page.matchAll(/^\| `([A-Z][A-Z0-9_]*)` \|/gm)].map(([, name]) => name);
    expect(told.toSorted()).toEqual([...found].toSorted());
    // Variables whose names the operator chooses are read here and nowhere else; the page names each setting.
    expect(byName.toSorted()).toEqual([
      'src/app/monitoring.ts',
      'src/chain/extrinsics/signer.ts',
      'src/config/config.ts',
    ]);
    for (const setting of read('schemas/config.schema.json').match(/"(?:\w*Env|env)": \{/g) ?? []) {
      expect(page, setting).toContain(setting.split('"')[1]);
    }
  });

  it('number each decision once', () => {
    const numbers = decisions.map((page) => /^docs\/decisions\/(\d{4})-/.exec(page)?.[1]).filter(Boolean);
    expect(new Set(numbers).size).toBe(numbers.length);
    for (const page of decisions) {
      const number = Number(relative('docs/decisions', page).slice(0, 4));
      if (Number.isFinite(number)) expect(read(page), page).toMatch(new RegExp(`^# 0*${number}[.:] `));
    }
  });

  it('describe the version of evidence that is written', () => {
    const page = read('docs/evidence-format.md');
    expect(page).toMatch(new RegExp(`^# The evidence bundle, version ${EVIDENCE_VERSION}$`, 'm'));
    expect(page).toContain(`| \`pararescue-evidence\` | \`version\`: ${EVIDENCE_VERSION} |`);
  });
});
