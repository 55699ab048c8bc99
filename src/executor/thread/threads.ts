import { RescueError } from '../../domain/errors.ts';
import { RunningThread } from './running-thread.ts';

/** Milliseconds that are waited for a busy thread: about as long as a new one would load and compile what that one has. */
const PATIENCE_MS = 1_000;

/**
 * Threads that carry out jobs of one compiled file. Several who take turns at them share what a thread has loaded and compiled;
 * nobody waits long for another's job, for whoever finds no idle one within a second gets another thread.
 */
export class Threads {
  readonly #entry: URL;
  readonly #memoryMb: number;
  readonly #idleMs: number;
  readonly #running = new Set<RunningThread>();
  #idle: RunningThread[] = [];
  /** Those who wait for an idle one, longest first; each is called when there may be one. */
  readonly #waiting = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;
  #closed: RescueError | null = null;

  constructor(entry: URL, limits: { readonly memoryMb: number; readonly idleMs: number }) {
    this.#entry = entry;
    this.#memoryMb = limits.memoryMb;
    this.#idleMs = limits.idleMs;
  }

  /** Has a thread to himself while `work` goes on. */
  async use<T>(work: (thread: RunningThread) => Promise<T>): Promise<T> {
    const thread = await this.#take();
    try {
      return await work(thread);
    } finally {
      if (thread.alive && this.#running.has(thread)) this.#idle.push(thread);
      this.#running.delete(thread);
      const [longest] = this.#waiting;
      longest?.();
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#giveUp(this.#idle), this.#idleMs);
      this.#timer.unref();
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#closed ??= new RescueError('RESCUE_EXECUTION_FAILED', 'The thread that runs code was closed.');
    const all = [...this.#running, ...this.#idle];
    this.#running.clear();
    await this.#giveUp(all);
    for (const go of this.#waiting) go();
  }

  async #take(): Promise<RunningThread> {
    if (this.#idle.length === 0 && this.#running.size > 0) await this.#oneIdle();
    if (this.#closed) throw this.#closed;
    clearTimeout(this.#timer);
    this.#idle = this.#idle.filter(({ alive }) => alive);
    const thread = this.#idle.pop() ?? new RunningThread(this.#entry, this.#memoryMb);
    this.#running.add(thread);
    return thread;
  }

  /** Resolves when a job has ended, or patience has. */
  async #oneIdle(): Promise<void> {
    await new Promise<void>((resolve) => {
      const go = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(go);
        resolve();
      };
      const timer = setTimeout(go, PATIENCE_MS);
      this.#waiting.add(go);
    });
  }

  async #giveUp(threads: readonly RunningThread[]): Promise<void> {
    this.#idle = this.#idle.filter((thread) => !threads.includes(thread));
    const reason =
      this.#closed ?? new RescueError('RESCUE_EXECUTION_FAILED', 'The thread that runs code was idle.');
    await Promise.all(threads.map((thread) => thread.end(reason)));
  }
}
