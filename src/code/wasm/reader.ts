import { beginsWith } from '../../bytes/bytes.ts';
import { ByteReader } from '../../bytes/reader.ts';

/** The mark of a binary module, and version 1. */
export const MAGIC = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

/** Ids of sections (WebAssembly core specification, section 5.5.2; `tag` is of exception handling). */
export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;

/** What an import or export is. */
export const KIND = { function: 0, table: 1, memory: 2, global: 3 } as const;

export function isWasm(bytes: Uint8Array): boolean {
  return beginsWith(bytes, MAGIC);
}

/** Reads a part of a module, and knows where in the module it lies. */
export class WasmReader extends ByteReader {
  readonly #start: number;

  /** `start` is where in the module `bytes` begin. */
  constructor(bytes: Uint8Array, what: string, start = 0) {
    super(bytes, what);
    this.#start = start;
  }

  /** Where in the module the next byte lies. */
  get position(): number {
    return this.#start + this.offset;
  }

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
    throw this.malformed(`has a number of more than 32 bits at byte ${this.position}`);
  }

  name(): string {
    return this.text(this.leb());
  }

  /** Passes over LEB128 of any sign, of up to `longest` bytes. */
  skipLeb(longest: number): void {
    for (let length = 0; length < longest; length++) {
      if (this.u8() < 0x80) return;
    }
    throw this.malformed(`has a number of more than ${longest} bytes at byte ${this.position}`);
  }
}
