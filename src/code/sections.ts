import { beginsWith } from '../bytes/bytes.ts';
import { ByteReader, MalformedBytes } from '../bytes/reader.ts';

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
}

const MAGIC = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);
const SECTION = { custom: 0, import: 2, memory: 5, export: 7 } as const;
const KIND = { function: 0, table: 1, memory: 2, global: 3 } as const;

export function isWasm(bytes: Uint8Array): boolean {
  return beginsWith(bytes, MAGIC);
}

/**
 * Walks the sections of a binary module of version 1 (WebAssembly core specification, section 5.5).
 * @throws MalformedBytes when it isn't one, or ends early.
 */
export function outlineWasm(bytes: Uint8Array): WasmOutline {
  if (!isWasm(bytes)) throw new MalformedBytes('the module does not begin with the mark of WebAssembly 1');
  const reader = new WasmReader(bytes, 'module');
  reader.view(MAGIC.length);
  const custom = new Map<string, CustomSection>();
  const exportedFunctions = new Set<string>();
  let memory: WasmOutline['memory'] = null;
  while (reader.remaining > 0) {
    const start = reader.offset;
    const id = reader.u8();
    const section = new WasmReader(reader.view(reader.leb()), SECTION_NAMES[id] ?? `section of kind ${id}`);
    if (id === SECTION.custom) {
      const name = section.text(section.leb());
      const content = section.view(section.remaining);
      if (!custom.has(name)) custom.set(name, { content, start, end: reader.offset });
    } else if (id === SECTION.import) {
      const pages = importedPages(section);
      if (pages !== null) memory ??= { origin: 'imported', pages };
    } else if (id === SECTION.memory) {
      if (section.leb() > 0) memory ??= { origin: 'own', pages: limits(section) };
    } else if (id === SECTION.export) {
      for (const name of readExports(section)) exportedFunctions.add(name);
    }
  }
  return { custom, exportedFunctions, memory };
}

const SECTION_NAMES: Readonly<Record<number, string>> = {
  0: 'custom section',
  2: 'import section',
  5: 'memory section',
  7: 'export section',
};

/** A number as WebAssembly writes counts and indices: unsigned LEB128. */
export function wasmNumber(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return Uint8Array.from(bytes);
}

class WasmReader extends ByteReader {
  /** Unsigned LEB128 of 32 bits: at most five bytes. */
  leb(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.u8();
      value += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) {
        if (value > 0xffff_ffff) break;
        return value;
      }
    }
    throw this.malformed(`has a number of more than 32 bits at byte ${this.offset}`);
  }
}

/** Smallest size of the first memory that is imported; null without one. */
function importedPages(section: WasmReader): number | null {
  let pages: number | null = null;
  for (let count = section.leb(); count > 0; count--) {
    section.view(section.leb());
    section.view(section.leb());
    const kind = section.u8();
    if (kind === KIND.function) {
      section.leb();
    } else if (kind === KIND.table) {
      section.u8();
      limits(section);
    } else if (kind === KIND.memory) {
      const smallest = limits(section);
      pages ??= smallest;
    } else if (kind === KIND.global) {
      section.view(2);
    } else {
      throw section.malformed(`has an import of unknown kind ${kind}`);
    }
  }
  return pages;
}

/** The lower one of two limits. */
function limits(section: WasmReader): number {
  const flags = section.u8();
  const smallest = section.leb();
  if ((flags & 1) !== 0) section.leb();
  return smallest;
}

function readExports(section: WasmReader): string[] {
  const functions: string[] = [];
  for (let count = section.leb(); count > 0; count--) {
    const name = section.text(section.leb());
    const kind = section.u8();
    section.leb();
    if (kind === KIND.function) functions.push(name);
  }
  return functions;
}
