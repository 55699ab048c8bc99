import { ByteReader, MalformedBytes } from './byte-reader.ts';

/** What the sections of a WebAssembly module say; the code in it is not looked at. */
export interface WasmOutline {
  /** Contents of custom sections by name; of several with one name the first. */
  readonly custom: ReadonlyMap<string, Uint8Array>;
  readonly exportedFunctions: ReadonlySet<string>;
  readonly memory: 'imported' | 'own' | 'none';
}

const MAGIC = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);
const SECTION = { custom: 0, import: 2, memory: 5, export: 7 } as const;
const KIND = { function: 0, table: 1, memory: 2, global: 3 } as const;

export function isWasm(bytes: Uint8Array): boolean {
  return bytes.length >= MAGIC.length && MAGIC.every((byte, index) => bytes[index] === byte);
}

/**
 * Walks the sections of a binary module of version 1 (WebAssembly core specification, section 5.5).
 * @throws MalformedBytes when it isn't one, or ends early.
 */
export function outlineWasm(bytes: Uint8Array): WasmOutline {
  if (!isWasm(bytes)) throw new MalformedBytes('the module does not begin with the mark of WebAssembly 1');
  const reader = new ByteReader(bytes, 'module');
  reader.bytes(MAGIC.length);
  const custom = new Map<string, Uint8Array>();
  const exportedFunctions = new Set<string>();
  let memory: WasmOutline['memory'] = 'none';
  while (reader.remaining > 0) {
    const id = reader.u8();
    const section = new ByteReader(reader.bytes(reader.leb()), SECTION_NAMES[id] ?? `section of kind ${id}`);
    if (id === SECTION.custom) {
      const name = section.text(section.leb());
      if (!custom.has(name)) custom.set(name, section.bytes(section.remaining));
    } else if (id === SECTION.import) {
      if (importsMemory(section)) memory = 'imported';
    } else if (id === SECTION.memory) {
      if (section.leb() > 0) memory = 'own';
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

function importsMemory(section: ByteReader): boolean {
  let found = false;
  for (let count = section.leb(); count > 0; count--) {
    section.bytes(section.leb());
    section.bytes(section.leb());
    const kind = section.u8();
    if (kind === KIND.function) {
      section.leb();
    } else if (kind === KIND.table) {
      section.u8();
      skipLimits(section);
    } else if (kind === KIND.memory) {
      skipLimits(section);
      found = true;
    } else if (kind === KIND.global) {
      section.bytes(2);
    } else {
      throw section.malformed(`has an import of unknown kind ${kind}`);
    }
  }
  return found;
}

function skipLimits(section: ByteReader): void {
  const flags = section.u8();
  section.leb();
  if ((flags & 1) !== 0) section.leb();
}

function readExports(section: ByteReader): string[] {
  const functions: string[] = [];
  for (let count = section.leb(); count > 0; count--) {
    const name = section.text(section.leb());
    const kind = section.u8();
    section.leb();
    if (kind === KIND.function) functions.push(name);
  }
  return functions;
}
