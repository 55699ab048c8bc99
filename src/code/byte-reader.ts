/** Bytes that do not hold what they claim to. The caller turns it into a coded error. */
export class MalformedBytes extends Error {
  override readonly name = 'MalformedBytes';
}

/** Reads forward through bytes; every read checks that the bytes are there. Throws `MalformedBytes`. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #what: string;
  #offset = 0;

  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.#what = what;
  }

  get offset(): number {
    return this.#offset;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  /** A view of the next `length` bytes, not a copy. */
  bytes(length: number): Uint8Array {
    if (length > this.remaining) throw this.malformed(`is truncated at byte ${this.#bytes.length}`);
    const start = this.#offset;
    this.#offset += length;
    return this.#bytes.subarray(start, this.#offset);
  }

  u8(): number {
    return this.bytes(1)[0] ?? 0;
  }

  /** Little-endian, up to 6 bytes (48 bits). */
  little(length: number): number {
    return this.bytes(length).reduceRight((value, byte) => value * 256 + byte, 0);
  }

  /** Unsigned LEB128 of 32 bits, as WebAssembly writes counts and indices: at most five bytes. */
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
    throw this.malformed(`has a number of more than 32 bits at byte ${this.#offset}`);
  }

  /** SCALE `Compact<u32>`. */
  compact(): number {
    const first = this.u8();
    const mode = first & 3;
    if (mode === 0) return first >> 2;
    if (mode === 1) return (first + this.u8() * 0x100) >>> 2;
    if (mode === 2) return Math.floor((first + this.little(3) * 0x100) / 4);
    if (first >> 2 !== 0) throw this.malformed('has a length of more than 32 bits');
    return this.little(4);
  }

  /** The next `length` bytes as UTF-8. */
  text(length: number): string {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.bytes(length));
    } catch (cause) {
      if (cause instanceof MalformedBytes) throw cause;
      throw this.malformed('has a name that is not UTF-8');
    }
  }

  malformed(problem: string): MalformedBytes {
    return new MalformedBytes(`the ${this.#what} ${problem}`);
  }
}
