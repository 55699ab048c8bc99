import { relayParentOffset } from '../blocks/inherents/parachain-system.ts';
import { nextBlock } from '../blocks/next-block.ts';
import { type Point, pointOf } from '../blocks/point.ts';
import { nextAuraTime } from '../blocks/slots/aura.ts';
import { encodeVec } from '../bytes/scale.ts';
import { chainRuntimeOf } from '../chain/nodes/chain-runtime.ts';
import type { Hex } from '../domain/units.ts';
import type { GivenSignatures } from '../executor/given-signatures.ts';
import { type Changes, MAIN_TRIE } from '../executor/storage/backend.ts';
import type { State } from '../executor/storage/state.ts';
import { type Task, withStorage } from '../executor/task.ts';
import { encodeHeader, type Header } from '../proof/index.ts';
import { readItem } from './relay-facts.ts';

/** polkadot-primitives `UpgradeGoAhead::GoAhead`. */
const GO_AHEAD = 1;

/**
 * The relay chain after its next block, which is really built, at a time at which the para's next slot has begun; and which
 * includes the para's head, by writing what inclusion writes.
 */
export function* relayAfter(
  relay: Point<State>,
  paraId: number,
  para: Point<State>,
  given: GivenSignatures,
): Task<Point<State>> {
  const time = yield* nextAuraTime(para);
  const block = yield* nextBlock({ point: relay }, { given, ...(time !== undefined && { time }) });
  const built = yield* pointOf(block.header, block.state);
  const state = yield* included(built, paraId, encodeHeader(para.header));
  // The root that the runtime computed knows nothing of the inclusion.
  return yield* pointOf({ ...block.header, stateRoot: state.root }, state);
}

/**
 * Headers of relay blocks on top of this one, for paras whose runtime wants to see so many: really built, with seals that are
 * taken as given.
 */
export function* descendantsFor(
  para: Point<State>,
  relay: Point<State>,
  given: GivenSignatures,
): Task<Header[]> {
  const wanted = yield* relayParentOffset(para);
  const headers: Header[] = [];
  let point = relay;
  while (headers.length < wanted) {
    const block = yield* nextBlock({ point }, { given });
    headers.push(block.header);
    if (headers.length < wanted) point = yield* pointOf(block.header, block.state);
  }
  return headers;
}

/** The state in which this head is included and nothing else happened. */
function* included(relay: Point<State>, paraId: number, head: Uint8Array): Task<State> {
  const changes = yield* inclusionWrites(relay, paraId, head);
  return yield* withStorage(() => relay.state.with(changes));
}

/** What including a head writes: the head, and the switch to the code that waited for it, as `Paras.note_new_head` makes it. */
export function* inclusionWrites(relay: Point<State>, paraId: number, head: Uint8Array): Task<Changes> {
  const items = chainRuntimeOf(relay.runtime);
  const changes = new Map<Hex, Uint8Array | null>();
  const put = (item: string, value: Uint8Array | null) => {
    const key = items.storage('Paras', item)?.key(paraId);
    if (key !== undefined) changes.set(key, value);
  };
  put('Heads', encodeVec(head));
  const signal = yield* readItem(relay, 'Paras', 'UpgradeGoAheadSignal', paraId);
  const future = signal && (yield* readItem(relay, 'Paras', 'FutureCodeHash', paraId));
  if (signal) put('UpgradeGoAheadSignal', null);
  if (signal?.[0] === GO_AHEAD && future) {
    put('CurrentCodeHash', future);
    put('FutureCodeHash', null);
    put('FutureCodeUpgrades', null);
  }
  return new Map([[MAIN_TRIE, changes]]);
}
