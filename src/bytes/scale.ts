import { concatBytes, encodeText } from './bytes.ts';
import { ByteReader } from './reader.ts';

/**
 * Reads SCALE values off bytes from one end to the other; every read checks that the bytes are there and that the
 * encoding is the shortest one, as parity-scale-codec does.
 */
export class ScaleReader extends ByteReader {
  /** A `Compact<u32>`: a number below 2^32. */
  compact(): number {
    const first = this.u8();
    const mode = first & 3;
    if (mode === 0) return first >> 2;
    if (mode === 3 && first !== 3) throw this.malformed('has a compact number above 32 bits');
    const value =
      mode === 1
        ? (first >> 2) + this.u8() * 2 ** 6
        : mode === 2
          ? (first >> 2) + this.little(3) * 2 ** 6
          : this.little(4);
    if (value < (mode === 1 ? 2 ** 6 : mode === 2 ? 2 ** 14 : 2 ** 30)) throw this.#tooLong();
    return value;
  }

  /** A compact number of up to 2^536 - 1. */
  compactBig(): bigint {
    const first = this.u8();
    const mode = first & 3;
    if (mode === 0) return BigInt(first >> 2);
    if (mode === 3) {
      const length = (first >> 2) + 4;
      const value = this.littleBig(length);
      if (value < (length === 4 ? 1n << 30n : 1n << BigInt(8 * (length - 1)))) throw this.#tooLong();
      return value;
    }
    const value = (this.littleBig(mode === 1 ? 1 : 3) << 6n) | BigInt(first >> 2);
    if (value < (mode === 1 ? 1n << 6n : 1n << 14n)) throw this.#tooLong();
    return value;
  }

  /** A `Vec<u8>`: compact length, then that many bytes, as a copy. */
  vec(): Uint8Array {
    return this.bytes(this.compact());
  }

  string(): string {
    return this.text(this.compact());
  }

  /** A `Vec<T>`; `item` reads one. The claimed length is checked against the bytes left, one at least an item. */
  list<T>(item: () => T): T[] {
    const length = this.compact();
    if (length > this.remaining) throw this.malformed(`claims ${length} items and is too short for them`);
    const items: T[] = [];
    for (let i = 0; i < length; i++) items.push(item());
    return items;
  }

  /** An `Option<T>`; `item` reads what is there. */
  option<T>(item: () => T): T | null {
    const tag = this.u8();
    if (tag > 1) throw this.malformed(`has ${tag} where 0 or 1 says whether something follows`);
    return tag === 0 ? null : item();
  }

  #tooLong(): Error {
    return this.malformed('has a compact number that is longer than needed');
  }
}

const LARGEST_COMPACT = (1n << 536n) - 1n;

/**
 * SCALE compact encoding of a number from 0 to 2^32 - 1, or of a bigint up to 2^536 - 1.
 * @throws RangeError for any other.
 */
export function encodeCompact(value: number | bigint): Uint8Array {
  if (typeof value === 'bigint')
    return value <= 0xffff_ffffn ? encodeCompact(Number(value)) : compactBig(value);
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) {
    throw new RangeError(`${value} is no 32-bit number to encode as compact`);
  }
  if (value < 1 << 6) return Uint8Array.of(value << 2);
  if (value < 1 << 14) return Uint8Array.of(((value & 0x3f) << 2) | 1, value >>> 6);
  if (value < 1 << 30) {
    return Uint8Array.of(((value & 0x3f) << 2) | 2, value >>> 6, value >>> 14, value >>> 22);
  }
  return Uint8Array.of(3, value, value >>> 8, value >>> 16, value >>> 24);
}

function compactBig(value: bigint): Uint8Array {
  if (value > LARGEST_COMPACT) throw new RangeError(`${value} is too large to encode as compact`);
  const length = Math.ceil(value.toString(16).length / 2);
  return concatBytes(Uint8Array.of(((length - 4) << 2) | 3), encodeLittle(value, length));
}

/** The lowest `size` bytes of a number, little-endian. */
export function encodeLittle(value: number | bigint, size: number): Uint8Array {
  const out = new Uint8Array(size);
  let rest = BigInt(value);
  for (let i = 0; i < size; i++) {
    out[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return out;
}

export function encodeU32(value: number): Uint8Array {
  return Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
}

export function encodeU64(value: number | bigint): Uint8Array {
  return encodeLittle(value, 8);
}

/** A `Vec<u8>`. */
export function encodeVec(bytes: Uint8Array): Uint8Array {
  return concatBytes(encodeCompact(bytes.length), bytes);
}

export function encodeString(text: string): Uint8Array {
  return encodeVec(encodeText(text));
}

/** A `Vec<T>` of items that are encoded already. */
export function encodeList(items: readonly Uint8Array[]): Uint8Array {
  return concatBytes(encodeCompact(items.length), ...items);
}

/** An `Option<T>` of something that is encoded already. */
export function encodeOption(value: Uint8Array | null): Uint8Array {
  return value === null ? Uint8Array.of(0) : concatBytes(Uint8Array.of(1), value);
}
