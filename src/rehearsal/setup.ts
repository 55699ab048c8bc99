import { readItem, typesOf } from '../blocks/chain-types.ts';
import { nextBlock } from '../blocks/next-block.ts';
import { type Point, pointOf, readKey } from '../blocks/point.ts';
import { babeEpoch, hasBabe } from '../blocks/slots/babe.ts';
import { type Hex, toHex } from '../bytes/hex.ts';
import { encodeLittle } from '../bytes/scale.ts';
import { RescueError } from '../domain/errors.ts';
import type { AccountHex } from '../domain/units.ts';
import type { GivenSignatures } from '../executor/given-signatures.ts';
import { MAIN_TRIE } from '../executor/storage/backend.ts';
import type { State } from '../executor/storage/state.ts';
import { type Task, withStorage } from '../executor/task.ts';
import { storageKey } from '../proof/index.ts';

/** What is made ready before a rehearsal begins. */

const GENESIS = storageKey('System', 'BlockHash', { hasher: 'Twox64Concat', key: encodeLittle(0, 4) });
/** Sessions that pass before validators stand in groups, each with one block. */
const SESSIONS_BEFORE = 3;

/** Hash of the chain's first block, which its state never forgets. */
export function* genesisOf({ state, hash, header }: Point<State>): Task<Hex> {
  if (header.number === 0) return hash;
  const first = yield* readKey(state, GENESIS);
  if (first) return toHex(first);
  throw new RescueError('RESCUE_CHAIN_REFUSES', 'The state of a chain names no first block of it.');
}

/** The first blocks on a chain spec: validators are put into groups, and paras on cores, when sessions begin. */
export function* firstSessions(
  genesis: Point<State>,
  time: number,
  given: GivenSignatures,
): Task<Point<State>> {
  const sessions = hasBabe(genesis) ? SESSIONS_BEFORE : 0;
  const epoch = sessions > 0 ? yield* babeEpoch(genesis) : 0;
  let point = genesis;
  for (let ago = sessions; ago >= 0; ago--) {
    const block = yield* nextBlock({ point }, { time: time - ago * epoch, given });
    point = yield* pointOf(block.header, block.state);
  }
  return point;
}

/**
 * The relay chain as if this account were the para's manager, and the para unlocked.
 * @throws RESCUE_CHAIN_REFUSES for a relay chain without that registrar
 */
export function* withManager(relay: Point<State>, paraId: number, manager: AccountHex): Task<Point<State>> {
  const types = yield* typesOf(relay);
  if (!types.has('registrar', 'paras')) {
    throw new RescueError('RESCUE_CHAIN_REFUSES', 'This relay chain has no registrar that knows managers.');
  }
  const stored = yield* readItem(relay.state, types, 'registrar', 'paras', paraId);
  const entry = { deposit: 0, ...((stored?.toJSON() as object | null) ?? {}), manager, locked: false };
  const changes = new Map([types.entry('registrar', 'paras', [paraId], entry)]);
  const state = yield* withStorage(() => relay.state.with(new Map([[MAIN_TRIE, changes]])));
  return yield* pointOf({ ...relay.header, stateRoot: state.root }, state);
}
