import { fromHex, type Hex, toHex } from '../bytes/hex.ts';
import { RescueError } from '../domain/errors.ts';
import { Runtime } from '../executor/runtime.ts';
import type { Backend } from '../executor/storage/backend.ts';
import { Overlay } from '../executor/storage/overlay.ts';
import type { State } from '../executor/storage/state.ts';
import { callTask, type Task, withStorage } from '../executor/task.ts';
import { encodeHeader, type Header, headerHash } from '../proof/index.ts';
import type { ChainSpec } from './spec/chain-spec.ts';
import { CODE_KEY } from './spec/genesis.ts';

/** A block that others are built on. */
export interface Point<Storage extends Backend = Backend> {
  /** With its seal. */
  readonly header: Header;
  readonly hash: Hex;
  /** After the block. */
  readonly state: Storage;
  /** What nodes run on top of it. */
  readonly runtime: Runtime;
}

/** A block of the relay chain, as a para's collators see it. */
export interface RelayPoint extends Point {
  /** Blocks on top of it, the oldest first, each with its seal: some paras want to see that it is not the newest. */
  readonly descendants: readonly Header[];
  /** Nodes of the state's trie that prove what it holds at these keys, or that it holds nothing there; in any order. */
  prove(keys: readonly Uint8Array[]): Task<readonly Uint8Array[]>;
}

const PENDING_CODE_KEY = toHex(new TextEncoder().encode(':pending_code'));

export function* pointOf<Storage extends Backend>(header: Header, state: Storage): Task<Point<Storage>> {
  const hash = toHex(headerHash(encodeHeader(header)));
  return { header, hash, state, runtime: yield* runtimeOf(state) };
}

/** The point that a chain begins with. */
export function* genesisPoint({ header, state }: ChainSpec): Task<Point<State>> {
  return yield* pointOf(header, state);
}

/** A relay point whose whole state is here. */
export function relayPoint(point: Point<State>, descendants: readonly Header[] = []): RelayPoint {
  return { ...point, descendants, prove: (keys) => withStorage(() => point.state.prove(keys)) };
}

/** The code that block production uses on this state: `:pending_code` comes before `:code`. */
export function* nextCode(state: Backend): Task<Uint8Array | null> {
  return (yield* readKey(state, PENDING_CODE_KEY)) ?? (yield* readKey(state, CODE_KEY));
}

/** @throws RESCUE_CODE_INVALID, RESCUE_EXECUTION_FAILED when there is none */
function* runtimeOf(state: Backend): Task<Runtime> {
  const code = yield* nextCode(state);
  if (code === null) throw new RescueError('RESCUE_EXECUTION_FAILED', 'The state holds no runtime.');
  return Runtime.of(code);
}

/** Runs a function of the point's runtime; what it writes is dropped. */
export function* ask(
  { runtime, state }: Pick<Point, 'runtime' | 'state'>,
  method: string,
  argument: Uint8Array = new Uint8Array(),
): Task<Uint8Array> {
  return (yield* callTask(runtime, method, argument, new Overlay(state))).result;
}

export function* readKey(state: Backend, key: Hex | Uint8Array): Task<Uint8Array | null> {
  const overlay = new Overlay(state);
  return yield* withStorage(() => overlay.get(typeof key === 'string' ? key : toHex(key)));
}

/** All keys that begin with `prefix`, in order, up to `most`. */
export function* keysBelow(state: Backend, prefix: Uint8Array, most: number): Task<Uint8Array[]> {
  const overlay = new Overlay(state);
  const start = toHex(prefix);
  const keys: Uint8Array[] = [];
  for (let at: Hex | null = start; keys.length < most; ) {
    const after: Hex = at;
    at = yield* withStorage(() => overlay.nextKey(after));
    if (at === null || !at.startsWith(start)) break;
    keys.push(fromHex(at));
  }
  return keys;
}
