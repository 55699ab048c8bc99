import { createRandom, type Random } from '../proof/proof-mutations.ts';

/** What a reader made of one mutated input. Anything else, such as a false value that was believed, is thrown. */
export type Outcome = 'refused' | 'same' | 'other';

/** Something that reads what strangers send, with good inputs to start from. */
export interface Target {
  readonly name: string;
  /**
   * Feeds it one mutation. `refused`: by an error of its own with a code; `same`: read as what the unharmed input says;
   * `other`: read as another input that is good in itself. `group` is a seed that many mutations in a row share, for what is
   * dear to make. @throws Breach when the mutation was believed, any error when it was not handled
   */
  attack(random: Random, group: number): Outcome | Promise<Outcome>;
  close?(): Promise<void>;
}

/** A mutated input was believed, or did more than being refused. */
export class Breach extends Error {
  override readonly name = 'Breach';
}

export interface Figures {
  readonly target: string;
  readonly mutations: number;
  readonly seed: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** CPU milliseconds that the slowest one took: how busy the machine is with others says nothing. */
  readonly slowest: number;
}

const GROUP = 200;

/**
 * Attacks `target` with so many mutations. `first` repeats a run from there.
 * @throws Error naming seed and number of the first breach
 */
export async function runCampaign(
  target: Target,
  mutations: number,
  seed: number,
  first = 0,
): Promise<Figures> {
  const outcomes: Record<Outcome, number> = { refused: 0, same: 0, other: 0 };
  let slowest = 0;
  for (let number = first; number < first + mutations; number++) {
    const random = createRandom(seed + Math.imul(number + 1, 0x9e3779b1));
    const group = seed + Math.imul(Math.floor(number / GROUP), 0x85ebca6b);
    const start = process.cpuUsage();
    try {
      outcomes[await target.attack(random, group)] += 1;
    } catch (cause) {
      throw new Error(`${target.name}, seed ${seed}, mutation ${number}: ${String(cause)}`, { cause });
    }
    const { user, system } = process.cpuUsage(start);
    slowest = Math.max(slowest, (user + system) / 1000);
  }
  return { target: target.name, mutations, seed, outcomes, slowest };
}
