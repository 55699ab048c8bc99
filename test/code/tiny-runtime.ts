/** Hand-made WebAssembly that says of itself what a runtime says; small enough to see through. */

import { custom, leb, MEMORY_IMPORT, text, wasmModule } from './wasm-module.ts';

export interface TinyRuntime {
  readonly specName?: string;
  readonly specVersion?: number;
  /** Version of the `Core` runtime API; null leaves the `runtime_apis` section out. */
  readonly coreApi?: number | null;
  /** False leaves the `runtime_version` section out. */
  readonly labelled?: boolean;
  readonly exports?: readonly string[];
  /** False leaves out where the heap begins. */
  readonly heapBase?: boolean;
  readonly memory?: 'imported' | 'own' | 'none';
  /** Content of a custom section at the end. */
  readonly padding?: Uint8Array;
}

const CORE_API = [0xdf, 0x6a, 0xcb, 0x68, 0x99, 0x07, 0x60, 0x9b];

export function tinyRuntime(options: TinyRuntime = {}): Uint8Array {
  const { coreApi = 5, labelled = true, heapBase = true, memory = 'imported', padding } = options;
  const names = options.exports ?? ['validate_block', 'Core_version'];
  const module = wasmModule({
    imports: memory === 'imported' ? [MEMORY_IMPORT] : [],
    ...(memory === 'own' ? { memories: [[0, 1]] } : {}),
    exports: [
      ...names.map((name) => [name, [0, 0]] as const),
      ...(heapBase ? [['__heap_base', [3, 0]] as const] : []),
      ...(memory === 'own' ? [['memory', [2, 0]] as const] : []),
    ],
  });
  const bytes = [
    ...module,
    ...(labelled ? custom('runtime_version', label(options, coreApi)) : []),
    ...(coreApi === null
      ? []
      : custom('runtime_apis', [...Array(12).fill(7), ...CORE_API, ...little(coreApi)])),
  ];
  return padding === undefined ? Uint8Array.from(bytes) : withPadding(bytes, padding);
}

/** SCALE `RuntimeVersion` with empty apis, as `sp_version::runtime_version` writes it. */
function label({ specName = 'tiny', specVersion = 7 }: TinyRuntime, coreApi: number | null): number[] {
  const early = [
    ...scaleText(specName),
    ...scaleText('tiny-impl'),
    ...little(1),
    ...little(specVersion),
    ...little(3),
    0,
  ];
  const transaction = coreApi !== null && coreApi >= 3 ? little(11) : [];
  const state = coreApi !== null && coreApi >= 4 ? [1] : [];
  return [...early, ...transaction, ...state];
}

function withPadding(bytes: readonly number[], padding: Uint8Array): Uint8Array {
  const name = text('padding');
  const head = [...bytes, 0, ...leb(name.length + padding.length), ...name];
  const out = new Uint8Array(head.length + padding.length);
  out.set(head);
  out.set(padding, head.length);
  return out;
}

const scaleText = (name: string): number[] => [name.length << 2, ...new TextEncoder().encode(name)];
const little = (value: number): number[] => [
  value & 255,
  (value >> 8) & 255,
  (value >> 16) & 255,
  value >>> 24,
];

/** A zstd frame that stores the content in raw blocks, behind Substrate's prefix. */
export function storedBlob(content: Uint8Array): Uint8Array {
  const blocks: number[] = [];
  for (let start = 0; start < content.length; start += 0x1ffff) {
    const block = content.subarray(start, start + 0x1ffff);
    const last = start + 0x1ffff >= content.length ? 1 : 0;
    blocks.push(...little((block.length << 3) | last).slice(0, 3));
    for (const byte of block) blocks.push(byte);
  }
  return Uint8Array.from([...SUBSTRATE_PREFIX, ...ZSTD_MAGIC, ...WINDOW_1_MIB, ...blocks]);
}

export const SUBSTRATE_PREFIX = [0x52, 0xbc, 0x53, 0x76, 0x46, 0xdb, 0x8e, 0x05];
export const ZSTD_MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
/** Frame descriptor without content size, checksum or dictionary, and a window of 2^20 bytes. */
export const WINDOW_1_MIB = [0x00, 0x50];

/** Bytes that look random and are the same everywhere. */
export function noise(length: number): Uint8Array {
  let state = 12345;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 24;
  });
}
