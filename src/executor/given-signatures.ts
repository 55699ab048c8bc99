import { concatBytes } from '../bytes/bytes.ts';
import { toHex } from '../bytes/hex.ts';

/**
 * Signatures that count as valid although nobody made them: a trial has no collator's key, a rehearsal no manager's. Each stands
 * for one key, whatever it signs, and is told to whoever reads the result.
 */
export class GivenSignatures {
  readonly #given = new Set<string>();
  #used = false;

  /** A signature of this key, of `length` bytes, that is no real one: everything after the key's mark is zero. */
  sign(key: Uint8Array, length = 64): Uint8Array {
    const signature = new Uint8Array(length);
    signature.set(MARK);
    this.#given.add(nameOf(signature, key));
    return signature;
  }

  /** Takes the signature that stands somewhere already as given. */
  take(signature: Uint8Array, key: Uint8Array): void {
    this.#given.add(nameOf(signature, key));
  }

  /** Whether one of them was taken instead of being verified. */
  get used(): boolean {
    return this.#used;
  }

  has(signature: Uint8Array, key: Uint8Array): boolean {
    const taken = this.#given.size > 0 && this.#given.has(nameOf(signature, key));
    this.#used ||= taken;
    return taken;
  }
}

/** `taken as given`, for those who look at the bytes. */
const MARK = Uint8Array.from([...'taken as given'].map((letter) => letter.charCodeAt(0)));

function nameOf(signature: Uint8Array, key: Uint8Array): string {
  return toHex(concatBytes(key, signature));
}
