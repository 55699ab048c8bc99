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
  /** The same bytes. */
  readonly view: DataView;

  constructor(source: Uint8Array, start: number, end: number) {
    const length = end - start;
    const last = length > 0 ? (source[end - 1] as number) : 0;
    if (last === 0) corrupt('a bitstream has no end');
    this.bytes = new Uint8Array(length + 4);
    this.bytes.set(source.subarray(start, end));
    this.view = new DataView(this.bytes.buffer);
    this.position = (length - 1) * 8 + highBit(last);
  }

  /** The next `count` (at most 24) bits, without reading them. */
  peek(count: number): number {
    const from = this.position - count;
    if (from < 0) {
      // What lies before the beginning counts as zeros.
      const there = Math.max(0, this.position);
      return bitsIn(this.view, 0, there) << (count - there);
    }
    return bitsIn(this.view, from, count);
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

/** What four bytes hold wherever it begins. */
export const MOST_AT_ONCE = 24;

/** `count` bits (at most `MOST_AT_ONCE`) from bit `from` on. */
export function bitsIn(view: DataView, from: number, count: number): number {
  return (view.getUint32(from >>> 3, true) >>> (from & 7)) & ((1 << count) - 1);
}
