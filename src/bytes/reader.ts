/** Bytes that do not hold what they claim to. Whoever reads them turns it into a coded error. */
export class MalformedBytes extends Error {
  override readonly name = 'MalformedBytes';
}

/** Makes the error for `what` (a name of the thing that is read) and what is wrong with it, without a full stop. */
export type Refusal = (what: string, problem: string) => Error;

const MALFORMED: Refusal = (what, problem) => new MalformedBytes(`the ${what} ${problem}`);

/**
 * Reads forward through bytes; every read checks that the bytes are there. Throws `MalformedBytes`, or what `refusal`
 * makes.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #what: string;
  readonly #refusal: Refusal;
  #offset = 0;

  /** `what` names the thing being read in error messages. */
  constructor(bytes: Uint8Array, what: string, refusal: Refusal = MALFORMED) {
    this.#bytes = bytes;
    this.#what = what;
    this.#refusal = refusal;
  }

  get offset(): number {
    return this.#offset;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  /** A view of the next `length` bytes, as good as the bytes below it. */
  view(length: number): Uint8Array {
    if (length > this.remaining)
      throw this.malformed(`is truncated: it ends after ${this.#bytes.length} bytes`);
    const start = this.#offset;
    this.#offset += length;
    return this.#bytes.subarray(start, this.#offset);
  }

  /** The next `length` bytes as a copy. */
  bytes(length: number): Uint8Array {
    return new Uint8Array(this.view(length));
  }

  u8(): number {
    if (this.remaining < 1) throw this.malformed(`is truncated: it ends after ${this.#bytes.length} bytes`);
    return this.#bytes[this.#offset++] as number;
  }

  u32(): number {
    return this.little(4);
  }

  u64(): bigint {
    return this.littleBig(8);
  }

  u128(): bigint {
    return this.littleBig(16);
  }

  /** Little-endian, up to 6 bytes (48 bits). */
  little(length: number): number {
    const bytes = this.view(length);
    let value = 0;
    for (let i = length - 1; i >= 0; i--) value = value * 256 + (bytes[i] as number);
    return value;
  }

  /** Little-endian, of any length. */
  littleBig(length: number): bigint {
    const bytes = this.view(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] as number);
    return value;
  }

  /** The next `length` bytes, which must be UTF-8. */
  text(length: number): string {
    const bytes = this.view(length);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw this.malformed('has a name that is not UTF-8');
    }
  }

  /** Refuses bytes after the last value. */
  end(): void {
    if (this.remaining > 0) throw this.malformed(`has ${this.remaining} bytes after its end`);
  }

  /** The error for `problem`, to be thrown. */
  malformed(problem: string): Error {
    return this.#refusal(this.#what, problem);
  }
}
