// What the storage of a large chain costs: `node dist/bench/state.js`. A state of 200 000 accounts under state version 1; reads,
// the root after the changes of a block, what 64 retained blocks take in memory; the same with everything recorded, and on the
// proof alone, as a fork knows it.
import { type Hex, toHex } from '../src/bytes/hex.ts';
import { MAIN_TRIE } from '../src/executor/storage/backend.ts';
import { Overlay } from '../src/executor/storage/overlay.ts';
import { State } from '../src/executor/storage/state.ts';
import { decodeCompactProof } from '../src/proof/compact-proof.ts';
import { NodeStore } from '../src/proof/node-store.ts';
import { Visits } from '../src/proof/visits.ts';
import { accountEntry } from './proof-state.ts';
import { timeInTurn } from './proof-stopwatch.ts';

const ACCOUNTS = 200_000;
/** Of one block: what a busy one does. */
const TOUCHED = 200;
const ROUNDS = 51;
const BLOCKS = 64;

const entry = (index: number): readonly [Hex, Uint8Array] => {
  const [key, value] = accountEntry(index);
  return [toHex(key), value];
};
const state = State.genesis(
  Array.from({ length: ACCOUNTS }, (_, index) => entry(index)),
  1,
);
void state.root;

let at = 0;
const next = () => {
  at = (at + 7_919) % ACCOUNTS;
  return entry(at);
};
const keys = Array.from({ length: TOUCHED }, () => next()[0]);

/** Reads and changes accounts as a block of transfers does. */
function block(on: State, touched: readonly Hex[] = keys): State {
  const overlay = new Overlay(on);
  for (const key of touched) {
    const value = overlay.get(key)?.slice() ?? new Uint8Array(80);
    value[20] = ((value[20] ?? 0) + 1) & 0xff;
    overlay.set(key, value);
  }
  const after = overlay.seal(1);
  void after.root;
  return after;
}

const visits = new Visits();
block(state.recording(visits));
const compact = visits.compactProof(state.root);
const nodes = new NodeStore(Number.POSITIVE_INFINITY);
for (const [hash, bytes] of decodeCompactProof(compact, state.root)) nodes.add(hash, bytes);

const times = await timeInTurn(ROUNDS, {
  reads: () => {
    for (const key of keys) state.read(MAIN_TRIE, key);
  },
  whole: () => block(state),
  recorded: () => block(state.recording(new Visits())),
  known: () => block(State.at(state.root, nodes, 1)),
  compact: () => visits.compactProof(state.root),
  decode: () => decodeCompactProof(compact, state.root),
});
const us = (name: keyof typeof times) => `${times[name].toFixed(2)} ms`;
console.log(`${ACCOUNTS} accounts, ${TOUCHED} of them read, changed and put under a root in one block`);
console.log(`  reads alone ${us('reads')}, the block ${us('whole')}, recorded ${us('recorded')}`);
console.log(`  on nothing but the nodes of its proof ${us('known')}`);
const size = compact.reduce((sum, { length }) => sum + length, 0);
console.log(
  `  proof: ${visits.proofNodes().length} nodes, ${visits.size} bytes recorded, ${size} bytes compact (${us('compact')}, read again ${us('decode')})`,
);

const heap = () => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};
const before = heap();
const kept = [state];
for (let number = 0; number < BLOCKS; number++) {
  const touched = Array.from({ length: TOUCHED }, () => next()[0]);
  kept.push(block(kept.at(-1) as State, touched));
}
console.log(
  `  a block more that is kept takes ${((heap() - before) / BLOCKS / 1024).toFixed(0)} KB (${kept.length - 1} kept)`,
);
