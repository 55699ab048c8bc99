// What it costs to try the next block: `npm run bench -- fork [FOLDER]`. First on a fork, which reads the state of a node in
// another process with proofs; then again, when it is known what the runtime reads; then on the whole state in memory. Beside it
// chopsticks-core on the same states in the same run, when it is installed in FOLDER (by default the working folder).

import { fork as forkProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type NextBlock, nextBlock, type Parent } from '../src/blocks/next-block.ts';
import { genesisPoint, type Point, pointOf, type RelayPoint, relayPoint } from '../src/blocks/point.ts';
import { type ChainSpec, readChainSpec } from '../src/blocks/spec/chain-spec.ts';
import { toHex } from '../src/bytes/hex.ts';
import { encodeU32, encodeVec } from '../src/bytes/scale.ts';
import { openFork } from '../src/chain/fork/open-fork.ts';
import { Endpoints } from '../src/chain/nodes/endpoints.ts';
import { cryptoReady } from '../src/executor/host/hashing.ts';
import { type RemoteState, runTask } from '../src/executor/remote/remote-state.ts';
import { MAIN_TRIE } from '../src/executor/storage/backend.ts';
import { Overlay } from '../src/executor/storage/overlay.ts';
import type { State } from '../src/executor/storage/state.ts';
import { finish, type Task, withStorage } from '../src/executor/task.ts';
import { encodeHeader, type Header, headerHash, storageKey } from '../src/proof/index.ts';
import { type Chopsticks, type ChopsticksChain, loadChopsticks } from './fork-chopsticks.ts';

/** Of public chain specs, which the project does not carry: a relay chain and paras on it. */
const SPECS = new URL('../../../shared/chain-specs/', import.meta.url);
const RELAY = 'westend-local';
const PARAS = [
  { name: 'penpal-local', id: 2000 },
  { name: 'coretime-westend-local', id: 1005 },
];
const OTHER_RELAYS = ['kusama-local', 'paseo'];
const TIME = 1_796_083_200_000;
const ROUNDS = 11;
const CHOPSTICKS_ROUNDS = 5;

interface Served {
  readonly spec: ChainSpec;
  readonly endpoints: Endpoints;
  readonly url: string;
  close(): Promise<void>;
}

const fileOf = (name: string) => fileURLToPath(new URL(`${name}.json`, SPECS));

async function serve(name: string): Promise<Served> {
  const child = forkProcess(fileURLToPath(new URL('./fork-node.js', import.meta.url)));
  child.send(fileOf(name));
  const [url] = (await once(child, 'message')) as [string];
  const endpoints = new Endpoints({ urls: [url] });
  await endpoints.genesis();
  return {
    spec: readChainSpec(readFileSync(fileOf(name))),
    endpoints,
    url,
    close: async () => {
      await endpoints.close();
      child.kill();
    },
  };
}

/**
 * A relay block, as a parent of blocks of paras: they want to read its slot, which the first state of a chain does not have, and
 * their head, which is put there.
 */
function* firstRelayPoint(spec: ChainSpec, state: State, id: number, head: Header): Task<RelayPoint> {
  const made = yield* nextBlock({ point: yield* pointOf(spec.header, state) }, { time: TIME });
  const heads = toHex(storageKey('Paras', 'Heads', { hasher: 'Twox64Concat', key: encodeU32(id) }));
  const included = new Map([[MAIN_TRIE, new Map([[heads, encodeVec(encodeHeader(head))]])]]);
  const changed = yield* withStorage(() => made.state.with(included));
  return relayPoint(yield* pointOf({ ...made.header, stateRoot: changed.root }, changed));
}

/** One block of the chain; on a para it comes after one of its relay chain. */
function* block(
  spec: ChainSpec,
  state: State,
  relay: { readonly id: number; readonly spec: ChainSpec; readonly state: State } | null,
): Task<NextBlock<State>> {
  const point: Point<State> = yield* pointOf(spec.header, state);
  if (!relay) return yield* nextBlock({ point }, { time: TIME });
  const para = {
    id: relay.id,
    relay: yield* firstRelayPoint(relay.spec, relay.state, relay.id, spec.header),
  };
  return yield* nextBlock({ point, para }, { time: TIME });
}

const middle = (times: readonly number[]) => times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
const ms = (time: number) => `${time < 100 ? time.toFixed(1) : time.toFixed(0)} ms`;

async function timed<T>(work: () => Promise<T> | T): Promise<readonly [number, T]> {
  const start = performance.now();
  const result = await work();
  return [performance.now() - start, result];
}

async function onFork(
  chain: Served,
  relay: { readonly id: number; readonly served: Served } | null,
  what: string,
): Promise<void> {
  const open = ({ spec, endpoints }: Served) => {
    const stateRoot = toHex(spec.header.stateRoot);
    return openFork(endpoints, { number: 0, hash: toHex(headerHash(encodeHeader(spec.header))), stateRoot });
  };
  const forks = [open(chain), ...(relay ? [open(relay.served)] : [])];
  const [time] = await timed(async () => {
    const states: RemoteState[] = [];
    for (const fork of forks) {
      const state = fork.state();
      await state.expectReadsOf(await state.codeHash('children'));
      states.push(state);
    }
    const [own, relays] = states;
    if (!own) return;
    const given = relay && relays ? { id: relay.id, spec: relay.served.spec, state: relays.storage } : null;
    await runTask(states, block(chain.spec, own.storage, given));
    for (const state of states) await state.remember(await state.codeHash('children'));
  });
  const figures = forks.map((fork) => fork.figures());
  const sum = (pick: (figure: (typeof figures)[number]) => number) =>
    figures.reduce((all, figure) => all + pick(figure), 0);
  console.log(
    `  ${what}: ${ms(time)}, ${sum(({ requests }) => requests)} requests, ${sum(({ keys }) => keys)} keys, ${(sum(({ bytes }) => bytes) / 1024).toFixed(0)} KB proven`,
  );
}

async function warm(point: Point<State>, parent: Parent<State>): Promise<NextBlock<State>> {
  const whole: number[] = [];
  const begun: number[] = [];
  let built: NextBlock<State> | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const [time, made] = await timed(() => finish(nextBlock(parent, { time: TIME })));
    whole.push(time);
    const header = encodeHeader({ ...made.unsealed, digest: made.claim.digest });
    const begin = () => point.runtime.call('Core_initialize_block', header, new Overlay(point.state));
    begun.push((await timed(begin))[0]);
    built = made;
  }
  console.log(
    `  whole state in memory: Core_initialize_block ${ms(middle(begun))}, a block ${ms(middle(whole))}`,
  );
  if (!built) throw new Error('no block was built');
  return built;
}

async function besideChopsticks(
  { setup, BuildBlockMode, GenesisProvider }: Chopsticks,
  name: string,
  url: string,
  built: NextBlock<State>,
): Promise<void> {
  const options = { buildBlockMode: BuildBlockMode.Manual };
  const spec = JSON.parse(readFileSync(fileOf(name), 'utf8')) as { properties: unknown };
  const genesis = () => new GenesisProvider({ ...spec, properties: spec.properties ?? {} });
  const header = toHex(encodeHeader({ ...built.unsealed, digest: built.claim.digest }));
  const tried = async (what: string, work: () => Promise<number>) => {
    try {
      console.log(`  chopsticks, ${what}: ${ms(await work())}`);
    } catch (error) {
      console.log(`  chopsticks, ${what}: fails (${String(error).split('\n')[0]})`);
    }
  };
  await tried('first block over the same endpoint', async () => {
    const [time] = await timed(async () => {
      const chain = await setup({ ...options, endpoint: url });
      await chain.newBlock();
      await chain.close();
    });
    return time;
  });
  const repeated = async (work: (chain: ChopsticksChain) => Promise<unknown>) => {
    const chain = await setup({ ...options, genesis: genesis() });
    const times: number[] = [];
    for (let round = 0; round < CHOPSTICKS_ROUNDS; round++) times.push((await timed(() => work(chain)))[0]);
    await chain.close();
    return middle(times);
  };
  await tried('whole state in memory: Core_initialize_block', () =>
    repeated(({ head }) => head.call('Core_initialize_block', [header])),
  );
  await tried('whole state in memory: a block', () => repeated((chain) => chain.newBlock()));
}

if (existsSync(SPECS)) {
  await cryptoReady();
  const chopsticks = loadChopsticks(process.argv[2] ?? '.');
  const relay = await serve(RELAY);
  for (const { name, id } of [...[RELAY, ...OTHER_RELAYS].map((name) => ({ name, id: null })), ...PARAS]) {
    console.log(name);
    const chain = name === RELAY ? relay : await serve(name);
    const on = id === null ? null : { id, served: relay };
    await onFork(chain, on, 'first block of a fork');
    await onFork(chain, on, 'the same again');
    const point = finish(genesisPoint(chain.spec));
    const onRelay = (para: number) =>
      finish(firstRelayPoint(relay.spec, relay.spec.state, para, chain.spec.header));
    const para = id === null ? {} : { para: { id, relay: onRelay(id) } };
    const built = await warm(point, { point, ...para });
    if (chopsticks) await besideChopsticks(chopsticks, name, chain.url, built);
    if (chain !== relay) await chain.close();
  }
  await relay.close();
} else {
  console.log(`There are no chain specs in ${fileURLToPath(SPECS)}.`);
}
process.exit();
