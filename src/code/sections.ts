import { MalformedBytes } from '../bytes/reader.ts';
import { type Declarations, declarationReader } from './wasm/declarations.ts';
import { isWasm, KIND, MAGIC, SECTION, WasmReader } from './wasm/reader.ts';

/** A custom section; `start` and `end` are where all of it, its head included, lies in the module. */
export interface CustomSection {
  readonly content: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** What the sections of a WebAssembly module say; the code in it is not looked at. */
export interface WasmOutline {
  /** Custom sections by name; of several with one name the first. */
  readonly custom: ReadonlyMap<string, CustomSection>;
  readonly exportedFunctions: ReadonlySet<string>;
  /** The first memory, with its smallest size in pages of 64 KiB. */
  readonly memory: { readonly origin: 'imported' | 'own'; readonly pages: number } | null;
  readonly declarations: Declarations;
}

/**
 * Walks the sections of a binary module of version 1 (WebAssembly core specification, section 5.5), in one pass.
 * @throws MalformedBytes when it isn't one, or ends early.
 */
export function outlineWasm(bytes: Uint8Array): WasmOutline {
  if (!isWasm(bytes)) throw new MalformedBytes('the module does not begin with the mark of WebAssembly 1');
  const reader = new WasmReader(bytes, 'module');
  reader.view(MAGIC.length);
  const custom = new Map<string, CustomSection>();
  const { declarations, read } = declarationReader();
  let place = -1;
  while (reader.remaining > 0) {
    const start = reader.offset;
    const id = reader.u8();
    const length = reader.leb();
    const contentStart = reader.offset;
    const section = new WasmReader(
      reader.view(length),
      SECTION_NAMES[id] ?? `section of kind ${id}`,
      contentStart,
    );
    if (id === SECTION.custom) {
      const name = section.name();
      const content = section.view(section.remaining);
      if (!custom.has(name)) custom.set(name, { content, start, end: reader.offset });
    } else {
      const next = ORDER.indexOf(id);
      if (next >= 0 && next <= place)
        throw section.malformed('stands twice, or after one that it belongs before');
      place = Math.max(place, next);
      read(id, section);
    }
  }
  const [memory] = declarations.memories;
  const functions = declarations.exports.filter(({ kind }) => kind === KIND.function);
  return {
    custom,
    exportedFunctions: new Set(functions.map(({ name }) => name)),
    memory: memory ? { origin: memory.imported ? 'imported' : 'own', pages: memory.pages } : null,
    declarations,
  };
}

/** In which order sections stand; each at most once. */
const ORDER: readonly number[] = [
  SECTION.type,
  SECTION.import,
  SECTION.function,
  SECTION.table,
  SECTION.memory,
  SECTION.tag,
  SECTION.global,
  SECTION.export,
  SECTION.start,
  SECTION.element,
  SECTION.dataCount,
  SECTION.code,
  SECTION.data,
];

const SECTION_NAMES: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(SECTION).map(([name, id]) => [id, `${name} section`]),
);
