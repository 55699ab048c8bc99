import { RescueError } from '../src/domain/errors.ts';

/** Makes a network's blocks on a timer. A block that fails is told, and the next one tried in its turn. */
export class BlockTimer {
  readonly #makeBlock: () => void;
  readonly #onFailed: (error: RescueError) => void;
  #timer: NodeJS.Timeout | undefined;
  #blockMs = 0;
  #closed = false;

  constructor(makeBlock: () => void, onFailed: (error: RescueError) => void) {
    this.#makeBlock = makeBlock;
    this.#onFailed = onFailed;
  }

  get runs(): boolean {
    return this.#timer !== undefined;
  }

  /** Whether it would make blocks if it had not been told to wait. */
  get isPaused(): boolean {
    return this.#blockMs > 0 && !this.runs && !this.#closed;
  }

  pause(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  resume(): void {
    if (!this.runs) this.run(this.#blockMs);
  }

  /** A block each `blockMs` from now on; none by itself with 0, or once it is closed. */
  run(blockMs: number): void {
    this.pause();
    this.#blockMs = blockMs;
    if (this.#closed || blockMs <= 0) return;
    this.#timer = setInterval(() => {
      try {
        this.#makeBlock();
      } catch (error) {
        if (!(error instanceof RescueError)) throw error;
        this.#onFailed(error);
      }
    }, blockMs);
  }

  close(): void {
    this.run(0);
    this.#closed = true;
  }
}
