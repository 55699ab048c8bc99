/** Calls `onOver` when it has run for `ms` milliseconds since it was made or restarted. It stands still at first. */
export class Stopwatch {
  readonly #ms: number;
  #left: number;
  #since = 0;
  #timer: NodeJS.Timeout | null = null;
  readonly #onOver: () => void;

  constructor(ms: number, onOver: () => void) {
    this.#ms = ms;
    this.#left = ms;
    this.#onOver = onOver;
  }

  /** Lets it run, or stand still. */
  run(runs: boolean): void {
    if (runs === (this.#timer !== null)) return;
    if (runs) {
      this.#since = performance.now();
      this.#timer = setTimeout(this.#onOver, Math.max(0, this.#left));
      return;
    }
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#left -= performance.now() - this.#since;
  }

  /** All its time again; it runs on, or stands still as before. */
  restart(): void {
    const runs = this.#timer !== null;
    this.run(false);
    this.#left = this.#ms;
    this.run(runs);
  }
}
