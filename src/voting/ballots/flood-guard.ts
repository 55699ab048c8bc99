import { encodeText } from '../../bytes/bytes.ts';
import { toHex } from '../../bytes/hex.ts';
import type { RelayBlock } from '../../domain/units.ts';
import { blake2b256 } from '../../proof/hash.ts';
import type { SignedText } from './signature.ts';

export interface FloodLimits {
  /** Refused signatures that are remembered, so that sending one again costs a hash instead of a curve. */
  readonly remembered: number;
  /** Wrong signatures that a sender has free in a relay block; then it waits for the next one. */
  readonly failures: number;
  /** Senders whose failures are counted; with more of them in one relay block the oldest start afresh. */
  readonly senders: number;
}

const LIMITS: FloodLimits = { remembered: 10_000, failures: 20, senders: 10_000 };

/**
 * Bounds what wrong signatures cost, in memory of fixed size. It counts by sender, never by account: otherwise anybody
 * could silence an account by sending votes in its name.
 */
export class FloodGuard {
  readonly #limits: FloodLimits;
  /** Insertion order is age: sets and maps keep it. */
  readonly #refused = new Set<string>();
  readonly #failures = new Map<string, number>();
  #block: RelayBlock = -1;

  constructor(limits: Partial<FloodLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
  }

  /** Whether exactly this was refused before. */
  knowsRefused(signed: SignedText): boolean {
    return this.#refused.has(digest(signed));
  }

  /** Whether the sender used up its failures of this relay block. */
  isTired(sender: string, now: RelayBlock): boolean {
    this.#turnTo(now);
    return (this.#failures.get(sender) ?? 0) >= this.#limits.failures;
  }

  refuse(signed: SignedText, sender: string | null, now: RelayBlock): void {
    this.#refused.add(digest(signed));
    if (this.#refused.size > this.#limits.remembered) forgetOldest(this.#refused);
    this.blame(sender, now);
  }

  /** Counts a failure without remembering what failed. */
  blame(sender: string | null, now: RelayBlock): void {
    if (sender === null) return;
    this.#turnTo(now);
    const count = (this.#failures.get(sender) ?? 0) + 1;
    this.#failures.delete(sender);
    this.#failures.set(sender, count);
    if (this.#failures.size > this.#limits.senders) forgetOldest(this.#failures);
  }

  #turnTo(block: RelayBlock): void {
    if (block <= this.#block) return;
    this.#block = block;
    this.#failures.clear();
  }
}

function forgetOldest(collection: { keys(): IterableIterator<string>; delete(key: string): boolean }): void {
  const oldest = collection.keys().next();
  if (!oldest.done) collection.delete(oldest.value);
}

function digest({ text, account, signature, scheme }: SignedText): string {
  return toHex(blake2b256(encodeText(`${scheme}\n${account}\n${signature}\n${text}`)));
}
