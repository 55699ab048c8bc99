import { RescueError } from '../../domain/errors.ts';
import { RunningThread } from './running-thread.ts';

/**
 * Threads that carry out jobs of one compiled file. Several who take turns at them share what a thread has loaded and compiled;
 * nobody waits for another's job, for whoever finds no idle one gets another thread.
 */
export class Threads {
  readonly #entry: URL;
  readonly #memoryMb: number;
  readonly #idleMs: number;
  readonly #running = new Set<RunningThread>();
  #idle: RunningThread[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(entry: URL, limits: { readonly memoryMb: number; readonly idleMs: number }) {
    this.#entry = entry;
    this.#memoryMb = limits.memoryMb;
    this.#idleMs = limits.idleMs;
  }

  /** Has a thread to himself while `work` goes on. */
  async use<T>(work: (thread: RunningThread) => Promise<T>): Promise<T> {
    clearTimeout(this.#timer);
    this.#idle = this.#idle.filter(({ alive }) => alive);
    const thread = this.#idle.pop() ?? new RunningThread(this.#entry, this.#memoryMb);
    this.#running.add(thread);
    try {
      return await work(thread);
    } finally {
      if (thread.alive && this.#running.has(thread)) this.#idle.push(thread);
      this.#running.delete(thread);
      this.#timer = setTimeout(() => void this.#giveUp(this.#idle), this.#idleMs);
      this.#timer.unref();
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    const all = [...this.#running, ...this.#idle];
    this.#running.clear();
    await this.#giveUp(all);
  }

  async #giveUp(threads: readonly RunningThread[]): Promise<void> {
    this.#idle = this.#idle.filter((thread) => !threads.includes(thread));
    const reason = new RescueError('RESCUE_EXECUTION_FAILED', 'The thread that runs code was closed.');
    await Promise.all(threads.map((thread) => thread.end(reason)));
  }
}
