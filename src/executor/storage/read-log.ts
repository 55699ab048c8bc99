import type { Hex } from '../../bytes/hex.ts';
import { MAIN_TRIE, type ProofKey, type TrieName } from './backend.ts';

/** Bytes of a value from which on its hash is asked for first. */
const LARGE = 1024;
/** Entries of each kind; what is read after so many is not noted any more. */
const MOST = 20_000;

/** What was read of a state: the same is likely to be read of the next one. */
export class ReadLog {
  /** Bytes of the values, by trie and key. */
  readonly #values = new Map<string, { readonly key: ProofKey; readonly length: number }>();
  readonly #steps = new Map<string, { readonly key: ProofKey; readonly next: Hex | null }>();
  readonly #looked = new Set<Hex>();

  value(trie: TrieName, key: Hex, length: number): void {
    if (this.#values.size < MOST) this.#values.set(`${trie} ${key}`, { key: { trie, key }, length });
  }

  /** Only that there is a value was asked, not which. */
  seen(trie: TrieName, key: Hex): void {
    if (!this.#values.has(`${trie} ${key}`)) this.value(trie, key, LARGE);
  }

  step(trie: TrieName, key: Hex, next: Hex | null): void {
    if (this.#steps.size < MOST) this.#steps.set(`${trie} ${key}`, { key: { trie, key }, next });
  }

  /** A key that leads to just before the node of a value of which only the hash was wanted. */
  looked(leaving: Hex): void {
    if (this.#looked.size < MOST) this.#looked.add(leaving);
  }

  /**
   * Keys whose proof is likely to be needed of the next block: those that were read. For large values they lead to where the
   * hash of the value stands, if it stands apart: the value may still be the same. Those above `bytes` are left out. Where keys were
   * walked through, the ways to both ends of each step.
   */
  *keys(bytes: number): Iterable<ProofKey> {
    for (const key of this.#looked) yield { trie: MAIN_TRIE, key };
    for (const { key, length } of this.#values.values()) {
      if (length <= bytes) yield length < LARGE ? key : { trie: key.trie, key: `${key.key}00` };
    }
    for (const { key, next } of this.#steps.values()) {
      yield key;
      if (next !== null) yield { trie: key.trie, key: `${next}00` };
    }
  }
}
