// CPU milliseconds to verify a justification of 600 voters: `node dist/bench/finality.js [voters]`.
// Beside ours, in the same run and on the same bytes: polkadot-js' WebAssembly, and OpenSSL with every signature checked as a relay
// node does.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { ed25519Verify, waitReady } from '@polkadot/wasm-crypto';
import { concatBytes } from '../src/bytes/bytes.ts';
import { encodeList, encodeLittle } from '../src/bytes/scale.ts';
import { verifyWithOpenSsl } from '../src/chain/relay/ed25519.ts';
import {
  type AuthoritySet,
  type Ed25519Verifier,
  precommitPayload,
  verifyJustification,
  verifySupermajority,
} from '../src/proof/index.ts';

const [count = 600] = process.argv.slice(2).map(Number);
const ROUNDS = 15;

await waitReady();
const voters: { readonly id: Uint8Array; readonly key: KeyObject }[] = Array.from({ length: count }, () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const id = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32));
  return { id, key: privateKey };
});
const set: AuthoritySet = { setId: 7n, authorities: voters.map(({ id }) => ({ id, weight: 1n })) };
const hash = new Uint8Array(32).fill(9);
const number = 20_000_000;
const message = precommitPayload(hash, number, 3n, 7n);
const block = concatBytes(hash, encodeLittle(number, 4));
const votes = voters.map(({ id, key }) => concatBytes(block, new Uint8Array(sign(null, message, key)), id));
const bytes = concatBytes(encodeLittle(3n, 8), block, encodeList(votes), Uint8Array.of(0));

const inWasm: Ed25519Verifier = (signature, payload, id) => ed25519Verify(signature, payload, id);

/** Middle CPU time of each work, run in turn: the machine may be busy with others. */
const works = {
  ours: () => verifySupermajority(bytes, set, verifyWithOpenSsl),
  'every signature, by OpenSSL': () => verifyJustification(bytes, set, verifyWithOpenSsl),
  '@polkadot/wasm-crypto': () => verifyJustification(bytes, set, inWasm),
};
const times = new Map(Object.keys(works).map((name) => [name, [] as number[]]));
for (let round = 0; round <= ROUNDS; round++) {
  for (const [name, work] of Object.entries(works)) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    if (round > 0) times.get(name)?.push((user + system) / 1000);
  }
}
const [ours = 0, ...peers] = [...times.values()].map(
  (values) => values.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? 0,
);

console.log(`justification of ${count} voters, ${bytes.length} bytes: ours ${ours.toFixed(1)} ms of CPU`);
for (const [index, time] of peers.entries()) {
  const name = Object.keys(works)[index + 1];
  console.log(`  ${name}: ${time.toFixed(1)} ms, ours is ${(time / ours).toFixed(1)} times as fast`);
}
