// Verified accounts per second: `node dist/bench/proof.js [accounts in the state] [accounts proven]`.
// Beside ours, in the same run and on the same bytes: `decode_proof` of chopsticks-executor (smoldot in WebAssembly, which
// gets its hex prepared), and the bare hashing of the same nodes, below which no verifier can be.
import { decode_proof as decodeProof } from '@acala-network/chopsticks-executor';
import { toHex } from '../src/bytes/hex.ts';
import { blake2b256, createProofVerifier, verifyReadProof } from '../src/proof/index.ts';
import { accountEntry, stateWithAccounts } from './proof-state.ts';
import { timeInTurn } from './proof-stopwatch.ts';

const [accounts = 100_000, proven = 2_000] = process.argv.slice(2).map(Number);
const ROUNDS = 11;

for (const stateVersion of [0, 1] as const) {
  const started = performance.now();
  const trie = stateWithAccounts(accounts, stateVersion);
  const { root } = trie;
  console.log(
    `state version ${stateVersion}: built and hashed ${accounts} accounts in ${(performance.now() - started).toFixed(0)} ms`,
  );

  const step = Math.floor(accounts / proven);
  const keys = Array.from({ length: proven }, (_, i) => accountEntry(i * step)[0]);
  const change = keys.slice(0, 200).map((key, i) => [key, new Uint8Array(80).fill(i)] as const);
  const block = await timeInTurn(ROUNDS, { update: () => trie.update(change).root });
  console.log(`  root after a block that writes 200 accounts: ${block.update.toFixed(1)} ms`);

  const single = keys.map((key) => ({ key, proof: trie.prove([key]) }));
  const singleHex = single.map(({ proof }) => proof.map(toHex));
  const oneByOne = await timeInTurn(ROUNDS, {
    ours: () => {
      for (const { key, proof } of single)
        verifyReadProof({ stateRoot: root, proof, keys: [key], strict: true });
    },
    decodeProof: async () => {
      for (const nodes of singleHex) await decodeProof(toHex(root), nodes);
    },
    hashing: () => {
      for (const { proof } of single) for (const node of proof) blake2b256(node);
    },
  });
  report(
    'one by one',
    single.reduce((sum, { proof }) => sum + proof.length, 0),
    oneByOne,
  );

  const shared = trie.prove(keys);
  const sharedHex = shared.map(toHex);
  const together = await timeInTurn(ROUNDS, {
    ours: () => {
      const verifier = createProofVerifier(root, shared, { strict: true });
      for (const key of keys) verifier.get(key);
    },
    decodeProof: () => decodeProof(toHex(root), sharedHex),
    hashing: () => {
      for (const node of shared) blake2b256(node);
    },
  });
  report('one shared proof', shared.length, together);
}

function report(
  what: string,
  nodes: number,
  { ours, decodeProof, hashing }: Record<'ours' | 'decodeProof' | 'hashing', number>,
): void {
  const rate = (milliseconds: number) => `${Math.round((proven / milliseconds) * 1000)}/s`;
  console.log(`  ${what}, ${proven} accounts, ${nodes} nodes: ours ${rate(ours)}`);
  console.log(
    `    decodeProof  ${rate(decodeProof)}: ours is ${(decodeProof / ours).toFixed(1)} times as fast`,
  );
  console.log(`    bare hashing ${rate(hashing)}: ours takes ${(ours / hashing).toFixed(2)} times as long`);
}
