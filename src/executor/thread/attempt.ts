import type { Hex } from '../../bytes/hex.ts';
import type { RuntimeVersion } from '../../code/label.ts';
import { RescueError, type RescueErrorCode } from '../../domain/errors.ts';
import { cryptoReady } from '../host/hashing.ts';
import { Runtime } from '../runtime.ts';
import { type Backend, type StorageRequest, type TrieName, UNKNOWN } from '../storage/backend.ts';
import { Overlay } from '../storage/overlay.ts';

/** A value, or the next key; null for neither. */
export type StorageAnswer = Uint8Array | Hex | null;
export type Answered = readonly (readonly [StorageRequest, StorageAnswer])[];

/** One attempt to run a function of some code, with all that is known of the storage below it. */
export interface Attempt {
  readonly codeHash: Hex;
  /** Null when it was given before and is still there. */
  readonly code: Uint8Array | null;
  /** Null asks for the version only. */
  readonly method: string | null;
  readonly argument: Uint8Array;
  readonly known: Answered;
}

/** How an attempt ended, in a form that another thread can be sent. */
export type AttemptEnd =
  | { readonly kind: 'ready' }
  | { readonly kind: 'returned'; readonly result: Uint8Array }
  | { readonly kind: 'panicked'; readonly panic: string }
  | { readonly kind: 'missing'; readonly request: StorageRequest }
  | { readonly kind: 'version'; readonly version: RuntimeVersion }
  | { readonly kind: 'code-wanted' }
  | {
      readonly kind: 'failed';
      readonly code: RescueErrorCode;
      readonly message: string;
      readonly details: Readonly<Record<string, unknown>>;
    };

/** Two of one para, before and after an upgrade; compiled ones take tens of megabytes. */
const KEPT_RUNTIMES = 2;
/** Bytes that one call may write, all writes counted; a block that begins writes some thousands. */
const MOST_WRITTEN = 256 * 1024 * 1024;

/** Runs attempts one after the other; compiled code is kept for the next. */
export class Attempts {
  readonly #runtimes = new Map<Hex, Runtime>();

  async run({ codeHash, code, method, argument, known }: Attempt): Promise<AttemptEnd> {
    await cryptoReady();
    try {
      const runtime = this.#runtimes.get(codeHash) ?? (code && new Runtime(code));
      if (!runtime) return { kind: 'code-wanted' };
      this.#keep(codeHash, runtime);
      if (method === null) return { kind: 'version', version: runtime.version };
      const outcome = runtime.attempt(method, argument, new BoundedOverlay(new KnownStorage(known)));
      if (outcome.kind === 'returned') return { kind: 'returned', result: outcome.result };
      if (outcome.kind === 'panicked') return { kind: 'panicked', panic: outcome.panic.panic };
      return outcome;
    } catch (error) {
      if (!(error instanceof RescueError)) throw error;
      return { kind: 'failed', code: error.code, message: error.message, details: error.details };
    }
  }

  #keep(hash: Hex, runtime: Runtime): void {
    this.#runtimes.delete(hash);
    this.#runtimes.set(hash, runtime);
    const [oldest] = this.#runtimes.keys();
    if (oldest !== undefined && this.#runtimes.size > KEPT_RUNTIMES) this.#runtimes.delete(oldest);
  }
}

/** Values live outside of the memory that a thread is limited in: whoever writes without end is stopped here. */
class BoundedOverlay extends Overlay {
  #written = 0;

  override set(key: Hex, value: Uint8Array | null, trie?: TrieName): void {
    this.#written += key.length / 2 + (value?.length ?? 0);
    if (this.#written > MOST_WRITTEN) {
      throw new RescueError(
        'RESCUE_EXECUTION_FAILED',
        `The code could not be run to its end: it writes more than ${MOST_WRITTEN} bytes.`,
      );
    }
    super.set(key, value, trie);
  }
}

/** What was answered before, and nothing else. */
class KnownStorage implements Backend {
  readonly #known: ReadonlyMap<string, StorageAnswer>;

  constructor(known: Answered) {
    this.#known = new Map(known.map(([{ kind, trie, key }, answer]) => [`${kind} ${trie} ${key}`, answer]));
  }

  read(trie: TrieName, key: Hex): Uint8Array | null | typeof UNKNOWN {
    const answer = this.#known.get(`read ${trie} ${key}`);
    return answer === undefined || typeof answer === 'string' ? UNKNOWN : answer;
  }

  next(trie: TrieName, key: Hex): Hex | null | typeof UNKNOWN {
    const answer = this.#known.get(`next ${trie} ${key}`);
    return answer === undefined || answer instanceof Uint8Array ? UNKNOWN : answer;
  }
}
