import { type Hex, isHex } from '../../bytes/hex.ts';
import { invalidParams } from './rpc-error.ts';

/** The positional parameters of one request, read with checks; a wrong one is answered with -32602. */
export class Params {
  readonly #values: readonly unknown[];

  constructor(values: readonly unknown[]) {
    this.#values = values;
  }

  raw(index: number): unknown {
    return this.#values[index] ?? null;
  }

  hex(index: number): Hex {
    return this.asHex(this.raw(index), index);
  }

  /** What a parameter holds inside, as hex. Nodes take bytes without the leading 0x too, and so does this. */
  asHex(value: unknown, index: number): Hex {
    const prefixed = typeof value === 'string' && !value.startsWith('0x') ? `0x${value}` : value;
    if (!isHex(prefixed)) throw invalidParams(`parameter ${index + 1} must be hex bytes`);
    return prefixed.toLowerCase() as Hex;
  }

  optionalHex(index: number): Hex | null {
    return this.raw(index) === null ? null : this.hex(index);
  }

  hexes(index: number): Hex[] {
    const value = this.raw(index);
    if (!Array.isArray(value)) throw invalidParams(`parameter ${index + 1} must be a list of hex bytes`);
    return value.map((item) => this.asHex(item, index));
  }

  list(index: number): readonly unknown[] {
    const value = this.raw(index);
    if (!Array.isArray(value)) throw invalidParams(`parameter ${index + 1} must be a list`);
    return value;
  }

  flag(index: number): boolean {
    const value = this.raw(index);
    if (typeof value !== 'boolean') throw invalidParams(`parameter ${index + 1} must be true or false`);
    return value;
  }

  text(index: number): string {
    const value = this.raw(index);
    if (typeof value !== 'string') throw invalidParams(`parameter ${index + 1} must be a string`);
    return value;
  }

  count(index: number): number {
    const value = this.raw(index);
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
      throw invalidParams(`parameter ${index + 1} must be a whole number`);
    }
    return value;
  }
}
