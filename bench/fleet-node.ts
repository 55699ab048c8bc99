// Plays the relay chain's node for bench/fleet.ts: a real runtime's state with as many paras as a message asks for, each with a core of its
// own, behind the embedded network's JSON-RPC. A block writes what including a head of each para writes that watching reads; which paras
// have none is said by message. `{ paras }` opens it, `{ produce, stopped }` makes a block; each is answered.

import { once } from 'node:events';
import { readArtifact } from '../devnet/artifacts.ts';
import { relayGenesis } from '../devnet/genesis.ts';
import { DEV_NAMES, devAccount } from '../devnet/keys.ts';
import { DEFAULT_TIMES } from '../devnet/options.ts';
import { typesOf } from '../src/blocks/chain-types.ts';
import { concatBytes } from '../src/bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../src/bytes/hex.ts';
import { encodeString, encodeU32 } from '../src/bytes/scale.ts';
import { cryptoReady } from '../src/executor/host/hashing.ts';
import { Runtime } from '../src/executor/runtime.ts';
import { finish } from '../src/executor/task.ts';
import { encodeCompact, storageKey } from '../src/proof/index.ts';
import { blockOf } from '../src/sandbox/chain/block.ts';
import { Chain } from '../src/sandbox/chain/chain.ts';
import { methodsOf } from '../src/sandbox/rpc/methods.ts';
import { RpcServer } from '../src/sandbox/rpc/server.ts';

const FIRST = 2000;
const WHOLE_CORE = 57_600;
const STATE_HISTORY = 32;

type Message = { readonly paras: number } | { readonly stopped: number; readonly frozen?: boolean };
type Entries = Map<Hex, Uint8Array | null>;

const keyOf = (item: string, id: number): Hex =>
  toHex(storageKey('Paras', item, { hasher: 'Twox64Concat', key: encodeU32(id) }));

// Ends with the bench, however that ends.
process.on('disconnect', () => process.exit());
await cryptoReady();
const [{ paras }] = (await once(process, 'message')) as [{ readonly paras: number }];
const ids = Array.from({ length: paras }, (_, index) => FIRST + index);
const contexts = ids.map((id) => keyOf('MostRecentContext', id));
const chain = await openChain();
const server = new RpcServer(methodsOf(chain), '127.0.0.1', 0);
await server.start();
process.on('message', (message: Message) => {
  if ('paras' in message) return;
  produce(message.stopped, message.frozen === true);
  process.send?.(chain.best.number);
});
process.send?.(server.url);

/** A relay chain with these paras from its first block on. */
async function openChain(): Promise<Chain> {
  const code = await readArtifact('relay');
  const people = DEV_NAMES.map((name) => devAccount(name));
  const [sudo] = people;
  if (!sudo) throw new Error('there are no accounts');
  const base = relayGenesis(code, {
    times: DEFAULT_TIMES,
    paraId: FIRST,
    manager: devAccount('ParaManager'),
    sudo,
    validators: people.slice(0, 2),
    candidates: [],
    electEverySession: false,
    genesisParas: [],
  });
  const runtime = Runtime.of(code);
  const types = finish(typesOf({ runtime, state: base }));
  const config = types.read(base, 'configuration', 'activeConfig')?.toJSON() as {
    readonly schedulerParams?: object;
  };
  const cores = ids.map((id, core) => [
    core,
    {
      queue: null,
      currentWork: {
        assignments: [[{ Task: id }, { ratio: WHOLE_CORE, remaining: WHOLE_CORE }]],
        endHint: null,
        pos: 0,
        step: WHOLE_CORE,
      },
    },
  ]) as [number, unknown][];
  const head = new Uint8Array(32).fill(7);
  const { specName, specVersion } = runtime.version;
  const entries: Entries = new Map([
    [
      toHex(storageKey('System', 'LastRuntimeUpgrade')),
      concatBytes(encodeCompact(specVersion), encodeString(specName)),
    ] as const,
    types.entry('paraScheduler', 'coreDescriptors', [], new Map(cores)),
    types.entry('configuration', 'activeConfig', [], {
      ...config,
      schedulerParams: { ...config.schedulerParams, numCores: paras },
    }),
    ...ids.flatMap((id) => [
      types.entry('paras', 'paraLifecycles', [id], 'Parachain'),
      types.entry('paras', 'heads', [id], toHex(head)),
      types.entry('paras', 'currentCodeHash', [id], toHex(head)),
      types.entry('paras', 'mostRecentContext', [id], 0),
    ]),
  ]);
  const genesis = base.with(new Map([['', entries]]));
  const identity = { name: 'Fleet', tokenSymbol: 'UNIT', tokenDecimals: 10, ss58Format: 42 };
  return new Chain(identity, genesis, STATE_HISTORY, false);
}

/** The last `stopped` of the paras have no head in it. */
function produce(stopped: number, frozen: boolean): void {
  const { best } = chain;
  const number = best.number + 1;
  const context = encodeU32(best.number);
  const time = new Uint8Array(8);
  new DataView(time.buffer).setBigUint64(0, BigInt(Date.now()), true);
  const entries: Entries = new Map([[toHex(storageKey('Timestamp', 'Now')), time]]);
  for (const key of contexts.slice(0, paras - stopped)) entries.set(key, context);
  if (frozen)
    entries.set(toHex(storageKey('ParasDisputes', 'Frozen')), concatBytes(Uint8Array.of(1), context));
  const state = chain.stateOf(best).with(new Map([['', entries]]));
  const { extrinsicsRoot } = best.header;
  const header = {
    parentHash: fromHex(best.hash),
    number,
    stateRoot: state.root,
    extrinsicsRoot,
    digest: [],
  };
  chain.import(blockOf(header, [], state));
  chain.finalize(number);
}
