import type { RelayBlock } from '../../domain/units.ts';
import type { FinalHeader } from './source.ts';

/** The newest final header and who waits for a newer one. Only ever grows. */
export class Newest {
  #header: FinalHeader | null = null;
  readonly #waiting = new Set<() => void>();

  get header(): FinalHeader | null {
    return this.#header;
  }

  offer(header: FinalHeader): void {
    if (this.#header && header.ref.number <= this.#header.ref.number) return;
    this.#header = header;
    for (const wake of [...this.#waiting]) wake();
  }

  /** The newest header once it is later than `after`; null when there is none within `ms` or before the abort. */
  async later(after: RelayBlock, signal: AbortSignal | null, ms?: number): Promise<FinalHeader | null> {
    const found = () => (this.#header && this.#header.ref.number > after ? this.#header : null);
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
