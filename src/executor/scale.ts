import { RescueError } from '../domain/errors.ts';
import { concat, text, utf8 } from './bytes.ts';

/** SCALE for the few shapes between node and runtime; everything richer goes through @polkadot/types. */
export function compact(value: number | bigint): Uint8Array {
  const n = BigInt(value);
  if (n < 64n) return Uint8Array.of(Number(n) << 2);
  if (n < 1n << 14n) return u16((Number(n) << 2) | 1);
  if (n < 1n << 30n) return u32(Number((n << 2n) | 2n));
  const bytes: number[] = [];
  for (let rest = n; rest > 0n || bytes.length < 4; rest >>= 8n) bytes.push(Number(rest & 0xffn));
  return Uint8Array.of(((bytes.length - 4) << 2) | 3, ...bytes);
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff);
}

export function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

export function u64(value: number | bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return bytes;
}

export function lengthPrefixed(bytes: Uint8Array): Uint8Array {
  return concat(compact(bytes.length), bytes);
}

export function encodedString(value: string): Uint8Array {
  return lengthPrefixed(utf8(value));
}

export function vector(items: readonly Uint8Array[]): Uint8Array {
  return concat(compact(items.length), ...items);
}

export function option(value: Uint8Array | null): Uint8Array {
  return value === null ? Uint8Array.of(0) : concat(Uint8Array.of(1), value);
}

/** Reads forward through `bytes`; every read past the end throws RESCUE_DEVNET_FAILED. */
export class ScaleReader {
  readonly bytes: Uint8Array;
  offset = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get remaining(): number {
    return this.bytes.length - this.offset;
  }

  take(length: number): Uint8Array {
    if (length > this.remaining) {
      throw new RescueError('RESCUE_DEVNET_FAILED', 'SCALE bytes end too early; they are not of this type.');
    }
    this.offset += length;
    return this.bytes.subarray(this.offset - length, this.offset);
  }

  u8(): number {
    return this.take(1)[0] ?? 0;
  }

  u32(): number {
    const part = this.take(4);
    return new DataView(part.buffer, part.byteOffset, 4).getUint32(0, true);
  }

  u64(): bigint {
    const part = this.take(8);
    return new DataView(part.buffer, part.byteOffset, 8).getBigUint64(0, true);
  }

  compact(): number {
    const first = this.u8();
    const mode = first & 3;
    if (mode === 0) return first >>> 2;
    if (mode === 1) return ((this.u8() << 8) | first) >>> 2;
    if (mode === 2)
      return ((first >>> 2) + this.u8() * 2 ** 6 + this.u8() * 2 ** 14 + this.u8() * 2 ** 22) >>> 0;
    let value = 0;
    const length = (first >>> 2) + 4;
    for (let i = 0; i < length; i++) value += this.u8() * 2 ** (8 * i);
    return value;
  }

  byteString(): Uint8Array {
    return this.take(this.compact());
  }

  string(): string {
    return text(this.byteString());
  }

  vector<T>(item: (reader: ScaleReader) => T): T[] {
    const length = this.compact();
    const items: T[] = [];
    for (let i = 0; i < length; i++) items.push(item(this));
    return items;
  }

  option<T>(item: (reader: ScaleReader) => T): T | null {
    return this.u8() === 0 ? null : item(this);
  }
}
