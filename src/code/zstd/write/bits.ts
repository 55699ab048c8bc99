/** Writes a bitstream that is read from its end (RFC 8878, 4.1): what is written last is read first. */
export class ForwardBits {
  readonly #bytes: number[] = [];
  /** Fewer than eight bits that make no whole byte yet. */
  #held = 0;
  #count = 0;

  /** The lowest `count` (at most 31) bits of a number. */
  write(value: number, count: number): void {
    if (count > 16) {
      this.write(value & 0xffff, 16);
      this.write(value >>> 16, count - 16);
      return;
    }
    this.#held |= (value & ((1 << count) - 1)) << this.#count;
    this.#count += count;
    while (this.#count >= 8) {
      this.#bytes.push(this.#held & 0xff);
      this.#held >>>= 8;
      this.#count -= 8;
    }
  }

  /** The bytes of a stream that ends with a bit that marks its end. */
  marked(): Uint8Array {
    this.write(1, 1);
    return this.padded();
  }

  /** The bytes, the last one filled with zeros. */
  padded(): Uint8Array {
    if (this.#count > 0) this.#bytes.push(this.#held & 0xff);
    this.#held = 0;
    this.#count = 0;
    return Uint8Array.from(this.#bytes);
  }
}
