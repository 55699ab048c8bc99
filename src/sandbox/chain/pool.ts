import { decodeValidity, type TransactionError, type ValidTransaction } from '../../blocks/validity.ts';
import { concatBytes, equalBytes } from '../../bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../../bytes/hex.ts';
import { encodeU32 } from '../../bytes/scale.ts';
import { answerReader } from '../../executor/answer.ts';
import { RuntimePanic } from '../../executor/panic.ts';
import { blake2b256 } from '../../proof/index.ts';
import type { Block } from './block.ts';

/** What happens to a submitted transaction, as `author_extrinsicUpdate` tells it. */
export type TransactionStatus =
  | { readonly type: 'ready' | 'future' | 'dropped' | 'invalid' }
  | {
      readonly type: 'inBlock' | 'finalized';
      readonly blockHash: Hex;
      /** Its place among the block's extrinsics. */
      readonly index: number;
    }
  | { readonly type: 'usurped'; readonly by: Hex };

export type SubmitResult =
  | { readonly ok: true; readonly hash: Hex }
  | { readonly ok: false; readonly code: number; readonly message: string; readonly data?: string };

interface Pooled {
  readonly hash: Hex;
  readonly bytes: Uint8Array;
  validity: ValidTransaction;
  readonly watchers: Set<(status: TransactionStatus) => void>;
}

/** Fewer than nodes take: here each is validated again on every block. */
const MOST_POOLED = 1024;
/** `--pool-kbytes` of nodes by default, in bytes. */
const MOST_POOLED_BYTES = 20 * 1024 * 1024;

/** sp-runtime `TransactionSource::External`. */
const EXTERNAL = Uint8Array.of(2);

/** What the pool asks of its chain. */
export interface PoolChain {
  readonly best: Block;
  call(method: string, argument: Uint8Array): Uint8Array;
}

/** Transactions that wait for a block, with nodes' rules for priorities, tags and replacement. */
export class TransactionPool {
  readonly #chain: PoolChain;
  readonly #pending = new Map<Hex, Pooled>();
  readonly #included: { readonly block: Block; readonly transaction: Pooled }[] = [];

  constructor(chain: PoolChain) {
    this.#chain = chain;
  }

  get size(): number {
    return this.#pending.size;
  }

  pending(): Uint8Array[] {
    return [...this.#pending.values()].map(({ bytes }) => bytes);
  }

  /** `bytes` with their length in front, as `author_submitExtrinsic` takes them. */
  submit(bytes: Uint8Array, watcher?: (status: TransactionStatus) => void): SubmitResult {
    if (!isWhole(bytes)) {
      const message = 'Extrinsic has invalid format: its length is not the one it begins with';
      return { ok: false, code: 1001, message };
    }
    const hash = toHex(blake2b256(bytes));
    if (this.#pending.has(hash)) {
      return { ok: false, code: 1013, message: 'Transaction Already Imported', data: `${hash}` };
    }
    let validity: ValidTransaction | TransactionError;
    try {
      validity = this.#validate(bytes);
    } catch (error) {
      if (!(error instanceof RuntimePanic)) throw error;
      return { ok: false, code: 1002, message: `Verification Error: ${error.message}`, data: error.panic };
    }
    if ('kind' in validity) {
      return validity.kind === 'invalid'
        ? { ok: false, code: 1010, message: 'Invalid Transaction', data: validity.reason }
        : { ok: false, code: 1011, message: 'Unknown Transaction Validity', data: validity.reason };
    }
    const { priority, provides } = validity;
    const rival = [...this.#pending.values()].find((other) =>
      provides.some((tag) => other.validity.provides.includes(tag)),
    );
    if (rival !== undefined) {
      if (rival.validity.priority >= priority) {
        const data =
          'The transaction has too low priority to replace another transaction already in the pool.';
        return {
          ok: false,
          code: 1014,
          message: `Priority is too low: (${rival.validity.priority} vs ${priority})`,
          data,
        };
      }
      this.#pending.delete(rival.hash);
      tell(rival, { type: 'usurped', by: hash });
    } else if (!this.#hasRoomFor(bytes)) {
      const data = "The transaction couldn't enter the pool because of the limit";
      return { ok: false, code: 1016, message: 'Immediately Dropped', data };
    }
    const pooled: Pooled = {
      hash,
      bytes,
      validity,
      watchers: new Set(watcher === undefined ? [] : [watcher]),
    };
    this.#pending.set(hash, pooled);
    tell(pooled, { type: this.#ready().includes(pooled) ? 'ready' : 'future' });
    return { ok: true, hash };
  }

  unwatch(hash: Hex, watcher: (status: TransactionStatus) => void): void {
    this.#pending.get(hash)?.watchers.delete(watcher);
    for (const { transaction } of this.#included)
      if (transaction.hash === hash) transaction.watchers.delete(watcher);
  }

  /** Takes it out of the pool, without a block: `dropped` to whoever watches. False when it is not there. */
  remove(hash: Hex): boolean {
    const pooled = this.#pending.get(hash);
    if (pooled === undefined) return false;
    this.#pending.delete(hash);
    tell(pooled, { type: 'dropped' });
    return true;
  }

  /** The first nonce from `next` on that no pending transaction of `account` uses, by the tags of CheckNonce. */
  nextNonce(account: Uint8Array, next: number): number {
    const provided = new Set([...this.#pending.values()].flatMap(({ validity }) => validity.provides));
    let nonce = next;
    while (provided.has(toHex(concatBytes(account, encodeU32(nonce))))) nonce++;
    return nonce;
  }

  /** What the next block should hold, in order. */
  ready(): Uint8Array[] {
    return this.#ready().map(({ bytes }) => bytes);
  }

  /** A block builder's refusal of a transaction: dropped, unless a later block may take it. */
  refuse(bytes: Uint8Array, failure: TransactionError): void {
    const pooled = this.#pending.get(toHex(blake2b256(bytes)));
    if (pooled === undefined || failure.retry) return;
    this.#pending.delete(pooled.hash);
    tell(pooled, { type: 'invalid' });
  }

  /** As `refuse`, for what a built block could not take of these, by their places. */
  refuseAll(transactions: readonly Uint8Array[], refused: ReadonlyMap<number, TransactionError>): void {
    for (const [place, failure] of refused) {
      const transaction = transactions[place];
      if (transaction) this.refuse(transaction, failure);
    }
  }

  afterImport(block: Block): void {
    for (const [index, bytes] of block.extrinsics.entries()) {
      const pooled = this.#pending.size === 0 ? undefined : this.#pending.get(toHex(blake2b256(bytes)));
      if (pooled === undefined) continue;
      this.#pending.delete(pooled.hash);
      this.#included.push({ block, transaction: pooled });
      tell(pooled, { type: 'inBlock', blockHash: block.hash, index });
    }
    for (const pooled of [...this.#pending.values()]) this.#revalidate(pooled);
  }

  afterFinality(block: Block): void {
    for (let i = this.#included.length - 1; i >= 0; i--) {
      const entry = this.#included[i];
      if (entry?.block !== block) continue;
      this.#included.splice(i, 1);
      const index = block.extrinsics.findIndex((bytes) => equalBytes(bytes, entry.transaction.bytes));
      tell(entry.transaction, { type: 'finalized', blockHash: block.hash, index });
    }
  }

  #hasRoomFor({ length }: Uint8Array): boolean {
    let size = length;
    for (const { bytes } of this.#pending.values()) size += bytes.length;
    return this.#pending.size < MOST_POOLED && size <= MOST_POOLED_BYTES;
  }

  #revalidate(pooled: Pooled): void {
    try {
      const validity = this.#validate(pooled.bytes);
      if (!('kind' in validity)) {
        pooled.validity = validity;
        return;
      }
      if (validity.retry) return;
    } catch (error) {
      if (!(error instanceof RuntimePanic)) throw error;
    }
    this.#pending.delete(pooled.hash);
    tell(pooled, { type: 'invalid' });
  }

  #validate(bytes: Uint8Array): ValidTransaction | TransactionError {
    const argument = concatBytes(EXTERNAL, bytes, fromHex(this.#chain.best.hash));
    return decodeValidity(this.#chain.call('TaggedTransactionQueue_validate_transaction', argument));
  }

  /** Highest priority first, each only after what it requires. */
  #ready(): Pooled[] {
    const waiting = [...this.#pending.values()].sort((a, b) =>
      Number(b.validity.priority - a.validity.priority),
    );
    const provided = new Set<string>();
    const ordered: Pooled[] = [];
    for (;;) {
      const next = waiting.findIndex(({ validity }) => validity.requires.every((tag) => provided.has(tag)));
      const [pooled] = next === -1 ? [] : waiting.splice(next, 1);
      if (pooled === undefined) return ordered;
      ordered.push(pooled);
      for (const tag of pooled.validity.provides) provided.add(tag);
    }
  }
}

function tell(transaction: Pooled, status: TransactionStatus): void {
  for (const watcher of transaction.watchers) watcher(status);
}

/** Whether the length that an extrinsic begins with is that of what follows. */
export function isWhole(extrinsic: Uint8Array): boolean {
  try {
    const reader = answerReader(extrinsic, 'extrinsic');
    return reader.compact() === reader.remaining;
  } catch {
    return false;
  }
}
