import type { NextBlock } from '../blocks/next-block.ts';
import { readKey } from '../blocks/point.ts';
import { chainRuntimeOf } from '../chain/nodes/chain-runtime.ts';
import type { Hex } from '../domain/units.ts';
import type { Runtime } from '../executor/runtime.ts';
import { MAIN_TRIE } from '../executor/storage/backend.ts';
import type { State } from '../executor/storage/state.ts';
import type { Task } from '../executor/task.ts';
import { type ChangedKey, itemNames, type StateDifference, stateDifference } from './state-difference.ts';

export interface DifferenceOf {
  /** The state that the first block was built on, and the runtime whose blocks made it. */
  readonly before: State;
  readonly beforeBy: Runtime;
  /** The blocks, and the runtime that built them. */
  readonly built: readonly NextBlock<State>[];
  readonly by: Runtime;
  /** Keys of entries that are shown first. */
  readonly watched?: ReadonlySet<Hex>;
}

/**
 * What the first of these blocks changed that later ones do not change again, such as migrations; with one block alone nothing is
 * known to be routine. Child tries are seen by their roots.
 */
export function* differenceOf({ before, beforeBy, built, by, watched }: DifferenceOf): Task<StateDifference> {
  const last = built.at(-1);
  const written = new Set(built.flatMap(({ changes }) => [...(changes.get(MAIN_TRIE)?.keys() ?? [])]));
  const changed: ChangedKey[] = [];
  for (const key of last ? written : []) {
    const from = yield* readKey(before, key);
    const to = yield* readKey(last?.state ?? before, key);
    changed.push({ key, before: from, after: to });
  }
  const after = chainRuntimeOf(by);
  const later = built.slice(1).flatMap(({ changes }) => [...(changes.get(MAIN_TRIE)?.keys() ?? [])]);
  return stateDifference(changed, {
    before: chainRuntimeOf(beforeBy),
    after,
    routine: itemNames(later, after),
    ...(watched && { watched }),
  });
}
