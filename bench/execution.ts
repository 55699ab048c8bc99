// What it costs to execute: `node dist/bench/execution.js`. `Core_initialize_block` of the embedded relay's runtime, beside
// smoldot's interpreter (chopsticks-executor, which reads the code anew for each task) on the same state in the same run; then
// whole blocks of the embedded network, which have no peer.
import { type JsCallback, run_task as runTask } from '@acala-network/chopsticks-executor';
import { startNetwork } from '../devnet/network.ts';
import { type Hex, toHex } from '../src/bytes/hex.ts';
import { unpackCode } from '../src/code/zstd.ts';
import { Overlay } from '../src/executor/storage/overlay.ts';
import { encodeHeader } from '../src/proof/index.ts';
import { timeInTurn } from './proof-stopwatch.ts';

const ROUNDS = 21;
const BLOCKS = 100;

const network = await startNetwork();
const { chain } = network.relay;
const block = chain.best;
const state = chain.stateOf(block);
const header = encodeHeader({
  parentHash: block.header.parentHash,
  number: block.number + 1,
  stateRoot: new Uint8Array(32),
  extrinsicsRoot: new Uint8Array(32),
  digest: [],
});
const runtime = chain.runtimeOf();
const task = {
  id: 0,
  wasm: toHex(unpackCode(chain.codeOf(block))),
  calls: [['Core_initialize_block', [toHex(header)]]] as [string, Hex[]][],
  storageProofSize: 0,
  mockSignatureHost: 0,
  allowUnresolvedImports: false,
  runtimeLogLevel: 0,
};
const storage: JsCallback = {
  getStorage: async (key: Hex) => {
    const value = state.get(key);
    return value ? toHex(value) : undefined;
  },
  getNextKey: async (prefix: Hex, key: Hex) => {
    const next = state.nextKey(key);
    return next?.startsWith(prefix) ? next : undefined;
  },
  offchainGetStorage: async () => undefined,
  offchainTimestamp: async () => 0,
  offchainRandomSeed: async () => `0x${'00'.repeat(32)}`,
  offchainSubmitTransaction: async () => false,
};

const { ours, smoldot } = await timeInTurn(ROUNDS, {
  ours: () => runtime.call('Core_initialize_block', header, new Overlay(state)),
  smoldot: () => runTask(task, storage),
});
console.log(`Core_initialize_block of the relay: ours ${ours.toFixed(2)} ms`);
console.log(
  `  smoldot's interpreter ${smoldot.toFixed(0)} ms: ours is ${(smoldot / ours).toFixed(0)} times as fast`,
);

const { relay } = await timeInTurn(BLOCKS, { relay: () => network.nextBlock() });
console.log(`a relay block that includes a para's block: ${relay.toFixed(1)} ms`);
await network.close();
