import { MalformedBytes } from '../../bytes/reader.ts';

/** @throws MalformedBytes for a zstd frame in which `problem` was found */
export function corrupt(problem: string): never {
  throw new MalformedBytes(`the zstd frame cannot be decompressed: its data is corrupt (${problem})`);
}

/** Position of the highest set bit; -1 for 0. */
export function highBit(value: number): number {
  return 31 - Math.clz32(value);
}

/**
 * Reads a bitstream from its end to its beginning, as zstd's entropy coders write it (RFC 8878, 4.1): the highest set bit
 * of its last byte marks where it ends. `position` is the number of bits not yet read. Bits before the beginning are
 * zeros; who read any has a negative position.
 */
export class BackwardBits {
  position: number;
  /** With four more bytes, so that no read of four leaves it. */
  readonly bytes: Uint8Array;

  constructor(source: Uint8Array, start: number, end: number) {
    const length = end - start;
    const last = length > 0 ? (source[end - 1] as number) : 0;
    if (last === 0) corrupt('a bitstream has no end');
    this.bytes = new Uint8Array(length + 4);
    this.bytes.set(source.subarray(start, end));
    this.position = (length - 1) * 8 + highBit(last);
  }

  /** The next `count` (at most 24) bits, without reading them. */
  peek(count: number): number {
    const from = this.position - count;
    if (from < 0) {
      // What lies before the beginning counts as zeros.
      const there = Math.max(0, this.position);
      return bitsAt(this.bytes, 0, there) << (count - there);
    }
    return bitsAt(this.bytes, from, count);
  }

  /** At most 31 bits. */
  read(count: number): number {
    if (count === 0) return 0;
    if (count > 16) {
      const high = this.read(count - 16);
      return high * 65_536 + this.read(16);
    }
    const value = this.peek(count);
    this.position -= count;
    return value;
  }
}

function bitsAt(bytes: Uint8Array, from: number, count: number): number {
  const at = from >>> 3;
  const four =
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24);
  return (four >>> (from & 7)) & ((1 << count) - 1);
}
