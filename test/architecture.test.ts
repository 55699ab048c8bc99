import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BROWSER_PACKAGES, LAYERS, OWNERS, withLayers } from '../scripts/layers.js';
import { circlesOf, closureOf, readSources, type SourceFile } from './support/source-tree.ts';

const files = readSources();

/** Every import that `isWrong` finds wrong, as a sentence. */
function wrongImports(isWrong: (file: SourceFile, to: SourceFile) => boolean): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return files.flatMap((file) =>
    file.imports
      .flatMap((path) => byPath.get(path) ?? [])
      .filter((to) => to.layer !== file.layer && isWrong(file, to))
      .map((to) => `${file.path} imports ${to.path}`),
  );
}

describe('architecture', () => {
  it('has a rule for every layer, and no rule without a layer', () => {
    const layers = new Set(files.map(({ layer }) => layer));
    expect([...layers].sort()).toEqual(Object.keys(LAYERS).sort());
    expect(files.length).toBeGreaterThan(200);
  });

  it('knows every file that is imported', () => {
    const known = new Set(files.map(({ path }) => path));
    const strange = files.flatMap(({ path, imports }) =>
      imports
        .filter((target) => !known.has(target) && !target.endsWith('.json'))
        .map((target) => `${path} imports ${target}`),
    );
    expect(strange).toEqual([]);
  });

  it('orders the layers: each imports only those above it in the table', () => {
    const names = Object.keys(LAYERS);
    for (const [name, { imports }] of Object.entries(LAYERS))
      for (const other of imports) {
        expect(names).toContain(other);
        expect(names.indexOf(other), `${name} imports ${other}`).toBeLessThan(names.indexOf(name));
      }
  });

  it('imports only what the layer may import', () => {
    expect(wrongImports(({ layer }, to) => !LAYERS[layer]?.imports.includes(to.layer))).toEqual([]);
  });

  it('allows no import that nobody needs', () => {
    const layerOf = new Map(files.map(({ path, layer }) => [path, layer]));
    const used = new Set(
      files.flatMap(({ layer, imports }) => imports.map((path) => `${layer} → ${layerOf.get(path)}`)),
    );
    const allowed = Object.entries(LAYERS).flatMap(([name, { imports }]) =>
      imports.map((other) => `${name} → ${other}`),
    );
    expect(allowed.filter((pair) => !used.has(pair))).toEqual([]);
  });

  it('opens a layer with doors only through them', () => {
    const wrong = wrongImports(({ layer }, to) => {
      const { doors, wiring = [] } = LAYERS[to.layer] ?? {};
      return (
        doors !== undefined &&
        !wiring.includes(layer) &&
        !doors.some((door) => to.path === `src/${to.layer}/${door}`)
      );
    });
    expect(wrong).toEqual([]);
  });

  it('has no circle of imports, not even of types', () => {
    expect(circlesOf(files)).toEqual([]);
  });

  it('keeps packages with their owners', () => {
    const wrong = files.flatMap(({ path, layer, packages }) =>
      packages
        .filter((name) => OWNERS[name]?.includes(layer) === false)
        .map((name) => `${path} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('names no owner of a package that does not import it', () => {
    const users = new Set(
      files.flatMap(({ layer, packages }) => packages.map((name) => `${layer} → ${name}`)),
    );
    const owned = Object.entries(OWNERS).flatMap(([name, layers]) =>
      layers.map((layer) => `${layer} → ${name}`),
    );
    expect(owned.filter((pair) => !users.has(pair))).toEqual([]);
  });

  it('keeps every file short enough to read in one sitting', () => {
    expect(files.filter(({ lines }) => lines > 420).map(({ path, lines }) => ({ path, lines }))).toEqual([]);
  });

  it('is drawn in docs/architecture.md as it is here', () => {
    const page = readFileSync(new URL('../docs/architecture.md', import.meta.url), 'utf8');
    expect(page, 'run `npm run docs`').toBe(withLayers(page));
  });
});

describe('what a web page will load', () => {
  const loaded = closureOf(
    files.filter(({ layer }) => LAYERS[layer]?.browser),
    files,
  );

  it('imports no layer that needs Node.js', () => {
    expect(loaded.filter(({ layer }) => !LAYERS[layer]?.browser).map(({ path }) => path)).toEqual([]);
  });

  it('imports no module of Node.js and no package that needs it', () => {
    const strange = loaded.flatMap(({ path, packages }) =>
      packages
        .filter((name) => !BROWSER_PACKAGES.some((known) => name === known || name.startsWith(known)))
        .map((name) => `${path} imports ${name}`),
    );
    expect(strange).toEqual([]);
  });

  it('uses no global of Node.js', () => {
    const GLOBAL =
      /(?<![.\w$])(?:globalThis\.)?(?:Buffer|process|global|require|module|__dirname|__filename|setImmediate)\b(?!['":?])/;
    expect(
      loaded
        .filter(({ bare }) => GLOBAL.test(bare))
        .map(({ path, bare }) => `${path}: ${GLOBAL.exec(bare)?.[0]}`),
    ).toEqual([]);
  });
});

describe('the check for circles', () => {
  const file = (path: string, ...imports: string[]) => ({ path, imports });

  it('finds each group of files that import each other, and nothing else', () => {
    const shared = file('e');
    expect(
      circlesOf([file('a', 'b', 'e'), file('b', 'c'), file('c', 'a', 'd'), file('d', 'e'), shared]),
    ).toEqual([['a', 'b', 'c']]);
    expect(circlesOf([file('a', 'b'), file('b', 'a', 'c'), file('c', 'd'), file('d', 'c')])).toEqual([
      ['c', 'd'],
      ['a', 'b'],
    ]);
    expect(circlesOf([file('a', 'b', 'c'), file('b', 'd'), file('c', 'd'), file('d')])).toEqual([]);
  });
});

describe('the files that are loaded with others', () => {
  const file = (path: string, ...imports: string[]): SourceFile => ({
    path,
    layer: path,
    bare: '',
    lines: 1,
    imports,
    packages: [],
  });

  it('are all that they import, directly or not, and no other', () => {
    const all = [file('a', 'b', 'z.json'), file('b', 'c'), file('c', 'a'), file('d', 'a')];
    const loaded = closureOf([file('a', 'b', 'z.json')], all);
    expect(new Set(loaded.map(({ path }) => path))).toEqual(new Set(['a', 'b', 'c']));
  });
});
