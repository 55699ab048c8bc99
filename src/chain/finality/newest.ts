import { notPresent } from '../../domain/chain/present.ts';
import { RescueError } from '../../domain/errors.ts';
import type { EpochMs, RelayBlock } from '../../domain/units.ts';
import type { FinalHeader } from './source.ts';

/**
 * The newest final header and who waits for a newer one. Only ever grows. A header that was offered as actable is that only as long as its
 * proven time is the present: it grows old while every endpoint keeps back what is newer.
 */
export class Newest {
  readonly #now: () => EpochMs;
  readonly #onTrouble: (trouble: RescueError) => void;
  #offered: FinalHeader | null = null;
  #isOldTold = false;
  readonly #waiting = new Set<() => void>();

  /** `onTrouble` is told once when there is only an old block to look at, until there is a new one. */
  constructor(options: {
    readonly now: () => EpochMs;
    readonly onTrouble: (trouble: RescueError) => void;
  }) {
    this.#now = options.now;
    this.#onTrouble = options.onTrouble;
  }

  /** As it counts at this moment. */
  get header(): FinalHeader | null {
    const header = this.#offered;
    return header?.actable && this.whyOld() !== null ? { ...header, actable: false } : header;
  }

  offer(header: FinalHeader): void {
    if (this.#offered && header.ref.number <= this.#offered.ref.number) return;
    this.#offered = header;
    this.noteAge();
    for (const wake of [...this.#waiting]) wake();
  }

  /** Why the newest header is not acted upon, if it is because of its age. */
  whyOld(): string | null {
    const header = this.#offered;
    return header?.actable ? notPresent(header.ref.number, header.time, this.#now()) : null;
  }

  /** To be called now and then: no block that comes tells that none comes. */
  noteAge(): void {
    const reason = this.whyOld();
    if (reason !== null && !this.#isOldTold) {
      this.#onTrouble(new RescueError('RESCUE_FINALITY_UNPROVEN', reason));
    }
    this.#isOldTold = reason !== null;
  }

  /** The newest header once it is later than `after`; null when there is none within `ms` or before the abort. */
  async later(after: RelayBlock, signal: AbortSignal | null, ms?: number): Promise<FinalHeader | null> {
    const found = () => {
      const { header } = this;
      return header && header.ref.number > after ? header : null;
    };
    if (found() || signal?.aborted) return found();
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        this.#waiting.delete(wake);
        resolve();
      };
      const wake = () => {
        if (found()) end();
      };
      const timer = ms === undefined ? undefined : setTimeout(end, ms);
      signal?.addEventListener('abort', end, { once: true });
      this.#waiting.add(wake);
    });
    return found();
  }

  async *watch(signal: AbortSignal): AsyncGenerator<FinalHeader> {
    for (let last = -1; ; ) {
      const header = await this.later(last, signal);
      if (!header || signal.aborted) return;
      last = header.ref.number;
      yield header;
    }
  }
}
