import { type Point, pointOf, readKey } from '../blocks/point.ts';
import { maxCodeSizeOf } from '../blocks/relay-configuration.ts';
import { equalBytes } from '../bytes/bytes.ts';
import { toHex } from '../bytes/hex.ts';
import { MalformedBytes } from '../bytes/reader.ts';
import { encodeVec } from '../bytes/scale.ts';
import { chainRuntimeOf } from '../chain/nodes/chain-runtime.ts';
import { RescueError } from '../domain/errors.ts';
import type { Hex } from '../domain/units.ts';
import type { UpgradeState, UpgradeVersion } from '../domain/upgrade/state.ts';
import { answerReader } from '../executor/answer.ts';
import { RuntimePanic } from '../executor/panic.ts';
import { Runtime } from '../executor/runtime.ts';
import { MAIN_TRIE } from '../executor/storage/backend.ts';
import type { State } from '../executor/storage/state.ts';
import { type Task, withStorage } from '../executor/task.ts';
import { blake2b256, encodeHeader, storageKey } from '../proof/index.ts';
import { codeOfPara } from './code.ts';
import { readItem, readRelayFacts } from './relay-facts.ts';

/** polkadot-primitives `UpgradeGoAhead::GoAhead`. */
const GO_AHEAD = Uint8Array.of(1);
const PENDING = storageKey('ParachainSystem', 'PendingValidationCode');
const CURSOR = storageKey('MultiBlockMigrations', 'Cursor');
const LAST_UPGRADE = storageKey('System', 'LastRuntimeUpgrade');
/** Index of `MigrationCursor::Stuck`. */
const STUCK = 1;

type ParaPoint = Omit<Point<State>, 'runtime'>;

/** What both chains say of an upgrade of the para, before there is one. */
export function* readUpgradeState(para: State, relay: Point<State>, paraId: number): Task<UpgradeState> {
  const { validationCode } = yield* readRelayFacts(relay, paraId);
  const own = yield* codeOfPara(para);
  const cursor = yield* readKey(para, CURSOR);
  const pending = yield* readKey(para, PENDING);
  return {
    relayBlock: relay.header.number,
    maxCodeSize: yield* maxCodeSizeOf(relay),
    storedCode: validationCode,
    storedVersion: compiledVersion(validationCode),
    onChainVersion: own.runtime?.version ?? null,
    futureCodeHash: hexOf(yield* optional(relay, 'FutureCodeHash', paraId)),
    isRestricted: (yield* optional(relay, 'UpgradeRestrictionSignal', paraId)) !== null,
    cooldownUntil: yield* cooldownOf(relay, paraId),
    hasPendingCode: pending !== null && answerReader(pending, 'pending code').compact() > 0,
    migrations: cursor === null ? 'none' : cursor[0] === STUCK ? 'stuck' : 'active',
  };
}

/** Null for code that is no runtime, or does not tell. */
export function compiledVersion(code: Uint8Array): UpgradeVersion | null {
  try {
    return Runtime.of(code).compiledVersion();
  } catch (error) {
    const isUntold = error instanceof RuntimePanic || error instanceof MalformedBytes;
    if (isUntold || error instanceof RescueError) return null;
    throw error;
  }
}

/** Both chains as they are when the para has scheduled this code, the validators have accepted it, and the relay chain gives the go-ahead. */
export function* withPendingUpgrade(
  para: ParaPoint,
  relay: Point<State>,
  paraId: number,
  code: Uint8Array,
): Task<{ readonly para: ParaPoint; readonly relay: Point<State> }> {
  const { runtime } = yield* codeOfPara(para.state);
  if (!runtime || !chainRuntimeOf(runtime).storage('ParachainSystem', 'PendingValidationCode')) {
    throw new RescueError(
      'RESCUE_CHAIN_REFUSES',
      'The upgrade cannot be tried: the para has no ParachainSystem.PendingValidationCode, by which paras made with cumulus upgrade themselves.',
    );
  }
  const paraState = yield* withStorage(() =>
    para.state.with(new Map([[MAIN_TRIE, new Map([[toHex(PENDING), encodeVec(code)]])]])),
  );
  const header = { ...para.header, stateRoot: paraState.root };
  const encoded = encodeHeader(header);
  const hash = blake2b256(code);
  const items = chainRuntimeOf(relay.runtime);
  const changes = new Map<Hex, Uint8Array | null>();
  const put = (item: string, value: Uint8Array, ...args: readonly unknown[]) => {
    const key = items.storage('Paras', item)?.key(...args);
    if (key !== undefined) changes.set(key, value);
  };
  put('Heads', encodeVec(encoded), paraId);
  put('FutureCodeHash', hash, paraId);
  put('UpgradeGoAheadSignal', GO_AHEAD, paraId);
  put('CodeByHash', encodeVec(code), toHex(hash));
  const relayState = yield* withStorage(() => relay.state.with(new Map([[MAIN_TRIE, changes]])));
  return {
    para: { header, hash: toHex(blake2b256(encoded)), state: paraState },
    relay: yield* pointOf({ ...relay.header, stateRoot: relayState.root }, relayState),
  };
}

/** Whether the blocks ran the migrations of the new code: each runtime notes the version with which it first began a block. */
export function* ranMigrations(before: State, after: State | null): Task<boolean> {
  if (after === null) return false;
  const [old, now] = [yield* readKey(before, LAST_UPGRADE), yield* readKey(after, LAST_UPGRADE)];
  return old === null || now === null ? old !== now : !equalBytes(old, now);
}

function* optional(relay: Point<State>, item: string, paraId: number): Task<Uint8Array | null> {
  if (!chainRuntimeOf(relay.runtime).storage('Paras', item)) return null;
  return yield* readItem(relay, 'Paras', item, paraId);
}

function* cooldownOf(relay: Point<State>, paraId: number): Task<number | null> {
  const found = chainRuntimeOf(relay.runtime).storage('Paras', 'UpgradeCooldowns');
  const value = found && (yield* readKey(relay.state, found.key()));
  if (!value) return null;
  const reader = answerReader(value, 'cooldowns');
  const cooldowns = reader.list(() => [reader.u32(), reader.u32()] as const);
  return cooldowns.find(([id]) => id === paraId)?.[1] ?? null;
}

function hexOf(value: Uint8Array | null): Hex | null {
  return value && toHex(value);
}
