import type { NextBlock } from '../blocks/next-block.ts';
import { readKey } from '../blocks/point.ts';
import { chainRuntimeOf } from '../chain/nodes/chain-runtime.ts';
import type { StateDifference } from '../domain/trial/difference.ts';
import type { Hex } from '../domain/units.ts';
import type { Runtime } from '../executor/runtime.ts';
import { MAIN_TRIE } from '../executor/storage/backend.ts';
import type { State } from '../executor/storage/state.ts';
import type { Task } from '../executor/task.ts';
import { type ChangedKey, itemNames, stateDifference } from './state-difference.ts';
import { accountSums, issuanceChange } from './sums.ts';

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

/** What some blocks changed: for people, and key by key. */
export interface Changes {
  readonly difference: StateDifference;
  readonly changed: readonly ChangedKey[];
}

/**
 * What these blocks changed. Routine is what each block after the first changes too, item by item; with one block alone nothing is
 * known to be routine. Child tries are seen by their roots.
 */
export function* differenceOf({ before, beforeBy, built, by, watched }: DifferenceOf): Task<Changes> {
  const last = built.at(-1);
  const written = new Set(built.flatMap(({ changes }) => [...(changes.get(MAIN_TRIE)?.keys() ?? [])]));
  const changed: ChangedKey[] = [];
  for (const key of last ? written : []) {
    const from = yield* readKey(before, key);
    const to = yield* readKey(last?.state ?? before, key);
    changed.push({ key, before: from, after: to });
  }
  const [old, now] = [chainRuntimeOf(beforeBy), chainRuntimeOf(by)];
  const later = built.slice(1).map(({ changes }) => itemNames(changes.get(MAIN_TRIE)?.keys() ?? [], now));
  const [second = new Set<string>(), ...others] = later;
  const items = stateDifference(changed, {
    before: old,
    after: now,
    routine: new Set([...second].filter((name) => others.every((names) => names.has(name)))),
    ...(watched && { watched }),
  });
  const issuance = yield* issuanceChange(before, last?.state ?? before);
  return { difference: { issuance, accounts: accountSums(changed, old, now), ...items }, changed };
}
