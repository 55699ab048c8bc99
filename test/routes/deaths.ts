import { expect } from 'vitest';
import type { Journal } from '../../src/domain/ports/journal.ts';

/** Thrown where a process would have ended. */
class Died extends Error {}

/** Ends lives at every write of a journal once: just before it, and just after it. What was abandoned is never asked again. */
export class Deaths {
  /** Points at which a life ended, in order. */
  readonly ends = new Set<string>();
  /** Ends a life that has nothing more to show. */
  readonly over = new Died('nothing more is looked at');

  around<Own extends Pick<Journal, 'put'>>(journal: Own): Own {
    return {
      ...journal,
      put: async (entry: Parameters<Journal['put']>[0]) => {
        const step = `${entry.key.split('/')[3]} ${entry.status}`;
        this.#reach(`before ${step}`);
        await journal.put(entry);
        this.#reach(`after ${step}`);
      },
    };
  }

  /** What the life came to; null when it died. */
  async survive<Outcome>(life: Promise<Outcome>): Promise<Outcome | null> {
    try {
      return await life;
    } catch (error) {
      if (error instanceof Died) return null;
      throw error;
    }
  }

  /** Each write of these steps was survived from both sides, and there were no others. */
  expectAll(steps: readonly string[], statuses: readonly string[] = ['signed', 'sent', 'done']): void {
    const writes = steps.flatMap((step) => statuses.map((status) => `${step} ${status}`));
    const both = writes.flatMap((write) => [`before ${write}`, `after ${write}`]);
    expect([...this.ends].sort()).toEqual(both.sort());
  }

  #reach(point: string): void {
    if (this.ends.has(point)) return;
    this.ends.add(point);
    throw new Died(point);
  }
}
