import { toHex } from '../../bytes/hex.ts';
import type { State } from '../../executor/storage/state.ts';
import { finish, type Task } from '../../executor/task.ts';
import { blake2b256 } from '../../proof/index.ts';
import { paraValidators } from '../backing/cores.ts';
import { type ChainTypes, typesOf } from '../chain-types.ts';
import { type Point, pointOf } from '../point.ts';
import { genesisHeader } from './genesis.ts';

/** A para as the relay chain stores it. */
export interface GenesisPara {
  readonly id: number;
  /** Encoded header of its first block. */
  readonly head: Uint8Array;
  readonly code: Uint8Array;
}

type Entry = ReturnType<ChainTypes['entry']>;

/** polkadot-primitives' `PartsOf57600`: all of a core's time. */
const WHOLE_CORE = 57_600;

/**
 * The relay chain's genesis as if these paras had been in its spec: what pallet-paras writes for each (`initialize_para_now`), and
 * its share of the cores. Those that it knows already stay as they are. The genesis hash becomes another one.
 */
export function withParas(relay: Point<State>, paras: readonly GenesisPara[]): Point<State> {
  return finish(registered(relay, paras));
}

function* registered(relay: Point<State>, paras: readonly GenesisPara[]): Task<Point<State>> {
  const types = yield* typesOf(relay);
  const known = (types.read(relay.state, 'paras', 'parachains')?.toJSON() ?? []) as number[];
  const added = paras.filter(({ id }) => !known.includes(id));
  if (added.length === 0) return relay;
  const validators = yield* paraValidators(relay);
  const ids = [...known, ...added.map(({ id }) => id)].sort((a, b) => a - b);
  const entries = [
    types.entry('paras', 'parachains', [], ids),
    ...added.flatMap((para) => entriesOf(types, para)),
    ...coresFor(types, relay.state, ids, validators.length),
  ];
  const state = relay.state.with(new Map([['', new Map(entries)]]));
  return yield* pointOf(genesisHeader(state), state);
}

function entriesOf(types: ChainTypes, { id, head, code }: GenesisPara): Entry[] {
  const hash = toHex(blake2b256(code));
  const entries = [
    types.entry('paras', 'paraLifecycles', [id], 'Parachain'),
    types.entry('paras', 'heads', [id], toHex(head)),
    types.entry('paras', 'currentCodeHash', [id], hash),
    types.entry('paras', 'codeByHash', [hash], toHex(code)),
    types.entry('paras', 'codeByHashRefs', [hash], 1),
  ];
  if (types.has('paras', 'mostRecentContext'))
    entries.push(types.entry('paras', 'mostRecentContext', [id], 0));
  return entries;
}

/**
 * Relay chains with coretime hand out cores; older ones have one for each parachain anyway. A core without validators backs nothing:
 * where there are more paras than validators, paras take turns.
 */
function coresFor(types: ChainTypes, state: State, ids: readonly number[], validators: number): Entry[] {
  const count = Math.min(ids.length, Math.max(1, validators));
  const cores = Array.from({ length: count }, (_, core) =>
    descriptorOf(ids.filter((_, place) => place % count === core)),
  );
  const entries = types.has('paraScheduler', 'coreDescriptors')
    ? [types.entry('paraScheduler', 'coreDescriptors', [], new Map(cores.entries()))]
    : types.has('coretimeAssignmentProvider', 'coreDescriptors')
      ? cores.map((core, index) =>
          types.entry('coretimeAssignmentProvider', 'coreDescriptors', [index], core),
        )
      : [];
  if (entries.length === 0) return [];
  const config = types.read(state, 'configuration', 'activeConfig')?.toJSON() as {
    readonly schedulerParams?: { readonly numCores?: number };
  };
  const numCores = Math.max(count, config.schedulerParams?.numCores ?? 0);
  const schedulerParams = { ...config.schedulerParams, numCores };
  return [...entries, types.entry('configuration', 'activeConfig', [], { ...config, schedulerParams })];
}

/** Equal parts of a core for each of these paras, for all time. */
function descriptorOf(ids: readonly number[]): unknown {
  const ratio = Math.floor(WHOLE_CORE / ids.length);
  const assignments = ids.map((id) => [{ Task: id }, { ratio, remaining: ratio }]);
  return { queue: null, currentWork: { assignments, endHint: null, pos: 0, step: ratio } };
}
