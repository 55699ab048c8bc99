import { readKey } from '../blocks/point.ts';
import { chainRuntimeOf } from '../chain/nodes/chain-runtime.ts';
import type { StateDifference } from '../domain/trial/difference.ts';
import type { Hex } from '../domain/units.ts';
import type { Runtime } from '../executor/runtime.ts';
import { MAIN_TRIE, type Changes as Writes } from '../executor/storage/backend.ts';
import type { State } from '../executor/storage/state.ts';
import type { Task } from '../executor/task.ts';
import { type ChangedKey, itemNames, stateDifference } from './state-difference.ts';
import { accountSums, issuanceChange } from './sums.ts';

/** Hex digits of a key's pallet and item: two twox-128 hashes. */
const PREFIX_DIGITS = 2 + 64;

/** Which keys of the main trie some blocks have written, without the blocks themselves: their states would fill the memory of a long trial. */
export class WrittenKeys {
  readonly #keys = new Set<Hex>();
  #blocks = 0;
  #routine = new Set<Hex>();

  /** Of the next block. */
  add(writes: Writes): void {
    const keys = [...(writes.get(MAIN_TRIE)?.keys() ?? [])];
    for (const key of keys) this.#keys.add(key);
    this.#blocks++;
    if (this.#blocks === 1) return;
    const items = new Set(keys.map((key) => key.slice(0, PREFIX_DIGITS) as Hex));
    this.#routine =
      this.#blocks === 2 ? items : new Set([...this.#routine].filter((item) => items.has(item)));
  }

  get keys(): ReadonlySet<Hex> {
    return this.#keys;
  }

  /** What keys begin with of which each block after the first has written some. */
  get routine(): ReadonlySet<Hex> {
    return this.#routine;
  }
}

export interface DifferenceOf {
  /** The state that the first block was built on, and the runtime whose blocks made it. */
  readonly before: State;
  readonly beforeBy: Runtime;
  /** The state after the last one, what all of them wrote, and the runtime that built them. */
  readonly after: State;
  readonly written: WrittenKeys;
  readonly by: Runtime;
  /** Keys of entries that are shown first. */
  readonly watched?: ReadonlySet<Hex>;
}

/** What some blocks changed: for people, and key by key. */
export interface Changes {
  readonly difference: StateDifference;
  readonly changed: readonly ChangedKey[];
}

/**
 * What these blocks changed. Routine is what each block after the first changes too, item by item; with one block alone nothing is
 * known to be routine. Child tries are seen by their roots.
 */
export function* differenceOf(of: DifferenceOf): Task<Changes> {
  const { before, beforeBy, after, written, by, watched } = of;
  const changed: ChangedKey[] = [];
  for (const key of written.keys)
    changed.push({ key, before: yield* readKey(before, key), after: yield* readKey(after, key) });
  const [old, now] = [chainRuntimeOf(beforeBy), chainRuntimeOf(by)];
  const items = stateDifference(changed, {
    before: old,
    after: now,
    routine: itemNames(written.routine, now),
    ...(watched && { watched }),
  });
  const issuance = yield* issuanceChange(before, after);
  return { difference: { issuance, accounts: accountSums(changed, old, now), ...items }, changed };
}
