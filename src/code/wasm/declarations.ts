import { type FeatureUses, noteUse, type WasmFeature } from './features.ts';
import { KIND, SECTION, type WasmReader } from './reader.ts';

export interface WasmImport {
  /** The name of the module that it is imported from. */
  readonly from: string;
  readonly name: string;
  readonly kind: number;
  /** Of a function: the index of its type. */
  readonly type: number | null;
}

export interface WasmExport {
  readonly name: string;
  readonly kind: number;
  readonly index: number;
}

export interface WasmMemoryType {
  readonly imported: boolean;
  /** Smallest size, in pages of 64 KiB. */
  readonly pages: number;
}

/** What a module declares; the readers of its sections fill it. */
export interface Declarations {
  /** Types of functions as `(ii)l`: i and l are integers, f and d floats of 32 and 64 bits, v a vector, r a reference. */
  readonly types: string[];
  readonly imports: WasmImport[];
  /** Index of the type of every function, imported ones first. */
  readonly functions: number[];
  readonly memories: WasmMemoryType[];
  /** Letter of the type of every global, imported ones first. */
  readonly globals: string[];
  readonly exports: WasmExport[];
  /** What needs a WebAssembly later than the first version. */
  readonly uses: FeatureUses;
  /** The section with the bodies of the module's own functions, still unread. */
  code: WasmReader | null;
}

const VALUE_TYPES: Readonly<Record<number, string>> = { 127: 'i', 126: 'l', 125: 'f', 124: 'd' };
const VECTOR = 0x7b;
const FUNCTION_REFERENCE = 0x70;
const EXTERNAL_REFERENCE = 0x6f;
const FUNCTION_TYPE = 0x60;
/** Bits of the flags before the limits of a memory or a table. */
const LIMITS = { hasMost: 1, shared: 2, wide: 4, pageSize: 8 } as const;

/**
 * Reads the sections of one module into its declarations. A section that goes on in a way that only later versions of
 * WebAssembly know is left at that place, once `uses` has it. Time is linear in the bytes.
 */
export function declarationReader(): {
  readonly declarations: Declarations;
  readonly read: (id: number, section: WasmReader) => void;
} {
  const declarations: Declarations = {
    types: [],
    imports: [],
    functions: [],
    memories: [],
    globals: [],
    exports: [],
    uses: new Map(),
    code: null,
  };
  const { types, imports, functions, memories, globals, exports, uses } = declarations;
  let tables = 0;

  const use = (feature: WasmFeature, offset: number, what: () => string): void =>
    noteUse(uses, feature, () => ({ what: what(), offset }));

  /** The letter of a type of values; null for one that cannot be passed over. */
  const valueType = (section: WasmReader, whose: () => string): string | null => {
    const offset = section.position;
    const byte = section.u8();
    const letter = VALUE_TYPES[byte];
    if (letter !== undefined) return letter;
    if (byte === VECTOR) {
      use('SIMD', offset, () => `${whose()} has a value of type v128`);
      return 'v';
    }
    if (byte === FUNCTION_REFERENCE || byte === EXTERNAL_REFERENCE) {
      use('reference types', offset, () => `${whose()} has a value that is a reference`);
      return 'r';
    }
    use('garbage collection', offset, () => `${whose()} has a value of type ${hexByte(byte)}`);
    return null;
  };

  const valueTypes = (section: WasmReader, whose: () => string): string | null => {
    let letters = '';
    for (let count = section.leb(); count > 0; count--) {
      const letter = valueType(section, whose);
      if (letter === null) return null;
      letters += letter;
    }
    return letters;
  };

  const readTypes = (section: WasmReader): void => {
    for (let count = countOf(section); count > 0; count--) {
      const whose = (): string => `type ${types.length}`;
      const offset = section.position;
      const form = section.u8();
      if (form !== FUNCTION_TYPE) {
        use('garbage collection', offset, () => `${whose()} is not of a function`);
        return;
      }
      const given = valueTypes(section, whose);
      const results = given === null ? null : valueTypes(section, whose);
      if (results === null) return;
      if (results.length > 1) use('multi-value', offset, () => `${whose()} has ${results.length} results`);
      types.push(`(${given})${results}`);
    }
  };

  /** Smallest size that the limits allow; null for limits that cannot be read. */
  const limits = (section: WasmReader, whose: () => string): number | null => {
    const offset = section.position;
    const flags = section.u8();
    if ((flags & LIMITS.wide) !== 0) {
      use('64-bit memory', offset, () => `${whose()} is addressed with 64 bits`);
      return null;
    }
    if ((flags & LIMITS.shared) !== 0) use('threads', offset, () => `${whose()} is shared between threads`);
    if (flags >= LIMITS.pageSize) {
      use('custom page sizes', offset, () => `${whose()} has flags ${hexByte(flags)}`);
      return null;
    }
    const smallest = section.leb();
    if ((flags & LIMITS.hasMost) !== 0) section.leb();
    return smallest;
  };

  const readTable = (section: WasmReader): boolean => {
    const whose = (): string => `table ${tables}`;
    const offset = section.position;
    const element = section.u8();
    if (element === EXTERNAL_REFERENCE) use('reference types', offset, () => `${whose()} holds references`);
    else if (element !== FUNCTION_REFERENCE) {
      use('garbage collection', offset, () => `${whose()} has elements of type ${hexByte(element)}`);
      return false;
    }
    if (limits(section, whose) === null) return false;
    tables += 1;
    if (tables === 2) use('reference types', offset, () => 'table 1 is a second table');
    return true;
  };

  const readMemory = (section: WasmReader, imported: boolean): boolean => {
    const offset = section.position;
    const pages = limits(section, () => `memory ${memories.length}`);
    if (pages === null) return false;
    memories.push({ imported, pages });
    if (memories.length === 2) use('multiple memories', offset, () => 'memory 1 is a second memory');
    return true;
  };

  const readGlobalType = (section: WasmReader): boolean => {
    const letter = valueType(section, () => `number ${globals.length} of the globals`);
    if (letter === null) return false;
    section.u8();
    globals.push(letter);
    return true;
  };

  const readImports = (section: WasmReader): void => {
    for (let count = countOf(section); count > 0; count--) {
      const from = section.name();
      const name = section.name();
      const offset = section.position;
      const kind = section.u8();
      const type = kind === KIND.function ? section.leb() : null;
      if (type !== null) functions.push(type);
      else if (kind === KIND.table) {
        if (!readTable(section)) return;
      } else if (kind === KIND.memory) {
        if (!readMemory(section, true)) return;
      } else if (kind === KIND.global) {
        if (!readGlobalType(section)) return;
      } else {
        use('exceptions', offset, () => `import ${imports.length} is of kind ${kind}`);
        return;
      }
      imports.push({ from, name, kind, type });
    }
  };

  /** Passes over a constant expression; false when it has an instruction that the first version does not know there. */
  const constant = (section: WasmReader, whose: () => string): boolean => {
    for (;;) {
      const offset = section.position;
      const opcode = section.u8();
      if (opcode === 0x0b) return true;
      if (opcode === 0x41) section.skipLeb(5);
      else if (opcode === 0x42) section.skipLeb(10);
      else if (opcode === 0x43) section.view(4);
      else if (opcode === 0x44) section.view(8);
      else if (opcode === 0x23) section.skipLeb(5);
      else {
        const feature = LATER_CONSTANTS[opcode] ?? 'extended constants';
        use(feature, offset, () => `${whose()} begins with the instruction ${hexByte(opcode)}`);
        return false;
      }
    }
  };

  const readGlobals = (section: WasmReader): void => {
    for (let count = countOf(section); count > 0; count--) {
      if (!readGlobalType(section) || !constant(section, () => `number ${globals.length - 1} of the globals`))
        return;
    }
  };

  const readElements = (section: WasmReader): void => {
    for (let count = section.leb(), index = 0; index < count; index++) {
      const whose = (): string => `element segment ${index}`;
      const offset = section.position;
      const form = section.leb();
      // Flags in bulk memory and reference types, where the first version has the index of its only table.
      if (form !== 0) {
        use(form === 1 ? 'bulk memory' : 'reference types', offset, () => `${whose()} is of form ${form}`);
        return;
      }
      if (!constant(section, whose)) return;
      for (let members = section.leb(); members > 0; members--) section.skipLeb(5);
    }
  };

  const readData = (section: WasmReader): void => {
    for (let count = section.leb(), index = 0; index < count; index++) {
      const whose = (): string => `data segment ${index}`;
      const offset = section.position;
      const form = section.leb();
      if (form !== 0) {
        use('bulk memory', offset, () => `${whose()} is of form ${form}`);
        return;
      }
      if (!constant(section, whose)) return;
      section.view(section.leb());
    }
  };

  const readers: Readonly<Record<number, (section: WasmReader) => void>> = {
    [SECTION.type]: readTypes,
    [SECTION.import]: readImports,
    [SECTION.function]: (section) => {
      for (let count = countOf(section); count > 0; count--) functions.push(section.leb());
    },
    [SECTION.table]: (section) => {
      for (let count = countOf(section); count > 0; count--) if (!readTable(section)) return;
    },
    [SECTION.memory]: (section) => {
      for (let count = countOf(section); count > 0; count--) if (!readMemory(section, false)) return;
    },
    [SECTION.global]: readGlobals,
    [SECTION.export]: (section) => {
      for (let count = countOf(section); count > 0; count--) {
        exports.push({ name: section.name(), kind: section.u8(), index: section.leb() });
      }
    },
    [SECTION.start]: () => undefined,
    [SECTION.element]: readElements,
    [SECTION.code]: (section) => {
      declarations.code = section;
    },
    [SECTION.data]: readData,
    [SECTION.dataCount]: (section) =>
      use('bulk memory', section.position, () => 'it counts its data segments'),
    [SECTION.tag]: (section) => use('exceptions', section.position, () => 'it declares exceptions'),
  };
  const read = (id: number, section: WasmReader): void => {
    const reader = readers[id];
    if (reader) reader(section);
    else use('unknown', section.position, () => `it has a section of kind ${id}`);
  };
  return { declarations, read };
}

const LATER_CONSTANTS: Readonly<Record<number, WasmFeature>> = {
  208: 'reference types',
  210: 'reference types',
  251: 'garbage collection',
  253: 'SIMD',
};

/** How many entries a section has. Browsers, Node.js and wasmtime take no more of any kind than this. */
function countOf(section: WasmReader): number {
  const count = section.leb();
  if (count > MOST_ENTRIES) throw section.malformed(`claims ${count} entries; there may be ${MOST_ENTRIES}`);
  return count;
}

const MOST_ENTRIES = 1_000_000;

export function hexByte(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`;
}
