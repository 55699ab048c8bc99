import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface SourceFile {
  /** From the project's root. */
  readonly path: string;
  readonly layer: string;
  /** Without comments and without what stands in quotes. */
  readonly bare: string;
  readonly lines: number;
  /** Files of ours that it imports, types included, from the project's root. */
  readonly imports: readonly string[];
  /** Packages and modules of Node.js. */
  readonly packages: readonly string[];
}

/** A folder of src, a file directly in src, machines, devnet. */
function layerOf(path: string): string {
  const [top = '', second = ''] = path.split('/');
  return top === 'src' ? second : top;
}

const IMPORT = /(?:\bfrom|\bimport|\bimport\()\s*['"]([^'"]+)['"]/g;
const COMMENT = /\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm;
const QUOTED = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g;

function readSource(file: string): SourceFile {
  const text = readFileSync(file, 'utf8');
  const path = relative(ROOT, file);
  const code = text.replace(COMMENT, '');
  const targets = [...code.matchAll(IMPORT)].map(([, target = '']) => target);
  return {
    path,
    layer: layerOf(path),
    bare: code.replace(QUOTED, "''"),
    lines: text.split('\n').length,
    imports: targets
      .filter((target) => target.startsWith('.'))
      .map((target) => relative(ROOT, resolve(dirname(file), target))),
    packages: targets.filter((target) => !target.startsWith('.')),
  };
}

/** All sources of ours that are shipped. */
export function readSources(): readonly SourceFile[] {
  return ['src', 'machines', 'devnet'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && /\.[cm]?[jt]sx?$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => !file.includes('/runtimes/'))
      .map(readSource),
  );
}

/** Groups of files that import each other in a circle: strongly connected components of more than one file (Tarjan). */
export function circlesOf(files: readonly Pick<SourceFile, 'path' | 'imports'>[]): string[][] {
  const graph = new Map(files.map(({ path, imports }) => [path, imports]));
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (path: string): number => {
    const own = index.size;
    index.set(path, own);
    let lowest = own;
    stack.push(path);
    for (const next of graph.get(path) ?? []) {
      if (!graph.has(next)) continue;
      if (!index.has(next)) lowest = Math.min(lowest, visit(next));
      else if (stack.includes(next)) lowest = Math.min(lowest, low.get(next) ?? index.get(next) ?? own);
      low.set(path, lowest);
    }
    low.set(path, lowest);
    if (lowest === own) {
      const members = stack.splice(stack.indexOf(path));
      if (members.length > 1) circles.push(members.sort());
    }
    return lowest;
  };
  for (const path of graph.keys()) if (!index.has(path)) visit(path);
  return circles;
}

/** The files and everything of ours that they import, directly or not. */
export function closureOf(files: readonly SourceFile[], all: readonly SourceFile[]): readonly SourceFile[] {
  const byPath = new Map(all.map((file) => [file.path, file]));
  const found = new Set(files);
  for (const file of found)
    for (const path of file.imports) {
      const next = byPath.get(path);
      if (next) found.add(next);
    }
  return [...found];
}
