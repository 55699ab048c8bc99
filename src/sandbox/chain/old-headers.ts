import type { Hex } from '../../bytes/hex.ts';
import { decodeHeader, type Header } from '../../proof/index.ts';

/** What is kept of a block whose extrinsics are not kept any more. */
export interface OldHeader {
  readonly number: number;
  readonly hash: Hex;
  readonly header: Header;
  readonly encodedHeader: Uint8Array;
}

/** Headers of a chain's older blocks, as many as it keeps: the oldest makes room for the newest. Some 600 bytes each. */
export class OldHeaders {
  readonly #most: number;
  readonly #encoded = new Map<Hex, Uint8Array>();
  readonly #hashes = new Map<number, Hex>();

  constructor(most: number) {
    this.#most = most;
  }

  /** In the order of their numbers. */
  add({ number, hash, encodedHeader }: Omit<OldHeader, 'header'>): void {
    this.#encoded.set(hash, encodedHeader);
    this.#hashes.set(number, hash);
    if (this.#hashes.size <= this.#most) return;
    const { first } = this;
    this.#encoded.delete(this.#hashes.get(first) ?? '0x');
    this.#hashes.delete(first);
  }

  /** The number of the oldest one; 0 while there is none. */
  get first(): number {
    return this.#hashes.keys().next().value ?? 0;
  }

  hashAt(number: number): Hex | undefined {
    return this.#hashes.get(number);
  }

  header(hash: Hex): OldHeader | undefined {
    const encodedHeader = this.#encoded.get(hash);
    if (encodedHeader === undefined) return undefined;
    const header = decodeHeader(encodedHeader);
    return { number: header.number, hash, header, encodedHeader };
  }
}
