/** A hand-made WebAssembly module: just enough of an encoder to see through it. */

export const MAGIC = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

export type Bytes = readonly number[];

export const leb = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
export const text = (name: string): number[] => {
  const bytes = new TextEncoder().encode(name);
  return [...leb(bytes.length), ...bytes];
};
const vector = (items: readonly Bytes[]): number[] => [...leb(items.length), ...items.flat()];
const section = (id: number, content: Bytes): number[] => [id, ...leb(content.length), ...content];
export const custom = (name: string, content: Bytes): number[] => section(0, [...text(name), ...content]);

export const I32 = 0x7f;
export const I64 = 0x7e;

export interface WasmParts {
  /** Forms of types; 0 is `() -> ()` and 1 is `(i32, i32) -> i64`, and more come after those. */
  readonly types?: readonly Bytes[];
  /** Module, name, and what it is: `[0, type]` for a function. */
  readonly imports?: readonly (readonly [string, string, Bytes])[];
  readonly tables?: readonly Bytes[];
  readonly memories?: readonly Bytes[];
  /** After the first, which is where the heap begins. */
  readonly globals?: readonly Bytes[];
  /** Name and what it is: `[0, index]` for a function. */
  readonly exports?: readonly (readonly [string, Bytes])[];
  readonly elements?: readonly Bytes[];
  /** Locals and instructions of each function without its length; all are of type 1. */
  readonly bodies?: readonly Bytes[];
  readonly data?: readonly Bytes[];
  /** Sections by id that are laid in where they belong, whatever they hold, instead of what is there. */
  readonly others?: Readonly<Record<number, Bytes>>;
}

/** Returns 0. */
const ZERO_BODY: Bytes = [0, 0x42, 0, 0x0b];
const HEAP_BASE: Bytes = [I32, 0, 0x41, ...[0x80, 0x80, 0x04], 0x0b];
export const MEMORY_IMPORT = ['env', 'memory', [2, 0, 1]] as const;

/** Without arguments a module that validators have nothing against. */
export function wasmModule(parts: WasmParts = {}): Uint8Array {
  const imports = parts.imports ?? [MEMORY_IMPORT];
  const imported = imports.filter(([, , [kind]]) => kind === 0).length;
  const bodies = parts.bodies ?? [ZERO_BODY];
  const exports = parts.exports ?? [
    ['validate_block', [0, ...leb(imported)]],
    ['__heap_base', [3, 0]],
  ];
  const named = (name: string): number[] => text(name);
  const sections: (number[] | undefined)[] = [
    section(1, vector([[0x60, 0, 0], [0x60, 2, I32, I32, 1, I64], ...(parts.types ?? [])])),
    section(2, vector(imports.map(([module, name, what]) => [...named(module), ...named(name), ...what]))),
    section(3, vector(bodies.map(() => [1]))),
    parts.tables && section(4, vector(parts.tables)),
    parts.memories && section(5, vector(parts.memories)),
    section(6, vector([HEAP_BASE, ...(parts.globals ?? [])])),
    section(7, vector(exports.map(([name, what]) => [...named(name), ...what]))),
    undefined,
    parts.elements && section(9, vector(parts.elements)),
    section(10, vector(bodies.map((body) => [...leb(body.length), ...body]))),
    parts.data && section(11, vector(parts.data)),
  ];
  for (const [key, content] of Object.entries(parts.others ?? {})) {
    const id = Number(key);
    const before = BEFORE[id];
    if (before === undefined) sections[id - 1] = section(id, content);
    else sections[before - 1] = [...section(id, content), ...(sections[before - 1] ?? [])];
  }
  return Uint8Array.from([...MAGIC, ...sections.flatMap((bytes) => bytes ?? [])]);
}

/** The count of data segments stands before the code, exceptions before the globals. */
const BEFORE: Readonly<Record<number, number>> = { 12: 10, 13: 6 };
