// BLAKE2b-256 of the candidates on messages of the lengths that proofs have: `node dist/bench/proof-blake2b.js`.
// Read with docs/decisions/0003-blake2b.md.
import { blake2b } from '@noble/hashes/blake2.js';
import { blake2AsU8a, cryptoWaitReady } from '@polkadot/util-crypto';
import { blake2b256 } from '../src/proof/index.ts';
import { timeInTurn } from './proof-stopwatch.ts';

await cryptoWaitReady();
// An inline-sized leaf, a leaf with an account, a branch of 16, a long value, a runtime.
for (const length of [40, 120, 540, 5_000, 1_000_000]) {
  const message = Uint8Array.from({ length }, (_, i) => (i * 31) & 0xff);
  const times = Math.max(4, Math.round(4_000_000 / (length + 300)));
  const repeat = (hash: (data: Uint8Array) => Uint8Array) => () => {
    for (let i = 0; i < times; i++) hash(message);
  };
  const result = await timeInTurn(5, {
    'hash-wasm': repeat(blake2b256),
    'util-crypto': repeat((data) => blake2AsU8a(data, 256)),
    noble: repeat((data) => blake2b(data, { dkLen: 32 })),
  });
  const line = Object.entries(result).map(([name, milliseconds]) => {
    const microseconds = (milliseconds * 1000) / times;
    return `${name} ${microseconds.toFixed(2)} µs (${(milliseconds / result['hash-wasm']).toFixed(1)})`;
  });
  console.log(`${length} bytes: ${line.join(', ')}`);
}
