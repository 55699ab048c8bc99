import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, type Hex, toHex } from '../../src/bytes/hex.ts';
import {
  type Backend,
  MAIN_TRIE,
  type ProofKey,
  type StorageRequest,
  UNKNOWN,
} from '../../src/executor/storage/backend.ts';
import { State } from '../../src/executor/storage/state.ts';
import { admitProof, valueHash, wantedFor } from '../../src/executor/storage/state-proofs.ts';
import { blake2b256, buildTrie } from '../../src/proof/index.ts';
import { NodeStore } from '../../src/proof/node-store.ts';
import { anyKey, anyState, anyStateVersion, type Entries } from '../proof/trie-arbitraries.ts';
import { describeBackend, type Tries } from './backend-suite.ts';

function stateOf(tries: Tries, version: 0 | 1): State {
  const { [MAIN_TRIE]: main, ...children } = Object.fromEntries(tries);
  return State.genesis(main ?? [], version).with(new Map(Object.entries(children)));
}

/** What a node answers to `state_getReadProof` and `state_getChildReadProof`. */
function proofOf(state: State, { trie, key }: ProofKey): Uint8Array[] {
  return state.prove([fromHex(key)], trie);
}

/** A state known in parts that asks for what it lacks: nothing is unknown to who asks it. */
function asking(state: State): Backend {
  const storage = State.at(state.root, new NodeStore(1_000_000), 0);
  const answer = <T>(request: StorageRequest, ask: () => T | typeof UNKNOWN): T | typeof UNKNOWN => {
    for (let step = 0; step < 50; step++) {
      const wanted = wantedFor(storage, request);
      if (wanted === null) break;
      expect(ask()).toBe(UNKNOWN);
      expect(admitProof(storage, proofOf(state, wanted), [wanted])).toEqual([]);
    }
    return ask();
  };
  return {
    read: (trie, key) => answer({ kind: 'read', trie, key }, () => storage.read(trie, key)),
    next: (trie, key) => answer({ kind: 'next', trie, key }, () => storage.next(trie, key)),
  };
}

describeBackend('proofs under a root, state version 0', (tries) => asking(stateOf(tries, 0)));
describeBackend('proofs under a root, state version 1', (tries) => asking(stateOf(tries, 1)));

describe('storage of which only some nodes are known', () => {
  const allNodes = (entries: Entries, version: 0 | 1) => {
    const trie = buildTrie(entries, version);
    return { trie, nodes: trie.prove(entries.map(([key]) => key)) };
  };

  it('never takes a node that is missing for an absence, and never skips a key', () => {
    fc.assert(
      fc.property(
        anyState(30),
        anyStateVersion,
        fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }),
        anyKey,
        (entries, version, kept, other) => {
          const { trie, nodes } = allNodes(entries, version);
          const some = nodes.filter((_, index) => kept[index % kept.length]);
          const storage = State.at(trie.root, new NodeStore(1_000_000), 0);
          const sorted = entries.map(([key]) => toHex(key)).sort();
          admitProof(
            storage,
            some,
            entries.map(([key]) => ({ trie: MAIN_TRIE, key: toHex(key) })),
          );
          for (const key of [...sorted, toHex(other)]) {
            const value = storage.read(MAIN_TRIE, key);
            if (value !== UNKNOWN) expect(value).toEqual(trie.get(fromHex(key)));
            const next = storage.next(MAIN_TRIE, key);
            if (next !== UNKNOWN) expect(next).toBe(sorted.find((candidate) => candidate > key) ?? null);
          }
        },
      ),
    );
  });

  it('takes nothing from a proof of another state', () => {
    fc.assert(
      fc.property(anyState(20), anyState(20), anyStateVersion, anyKey, (mine, theirs, version, key) => {
        const trie = buildTrie(mine, version);
        const other = buildTrie(theirs, version);
        const storage = State.at(trie.root, new NodeStore(1_000_000), 0);
        const wanted = [{ trie: MAIN_TRIE, key: toHex(key) }];
        if (toHex(trie.root) === toHex(other.root)) return;
        const unproven = admitProof(storage, other.prove([key]), wanted);
        expect(unproven).toEqual(mine.length === 0 ? [] : wanted);
      }),
    );
  });

  it('gives the hash of a value without the value, where the trie holds it apart', () => {
    const code = new Uint8Array(5_000).fill(7);
    const key: Hex = '0x3a636f6465';
    for (const version of [0, 1] as const) {
      const trie = buildTrie([[fromHex(key), code], ...crowd()], version);
      const storage = State.at(trie.root, new NodeStore(1_000_000), 0);
      let bytes = 0;
      for (let step = 0; ; step++) {
        const found = valueHash(storage, key);
        if (found !== null && 'hash' in found) {
          expect(found.hash).toBe(toHex(blake2b256(code)));
          break;
        }
        if (found === null || step > 20) throw new Error('the value is not found');
        const proof = trie.prove([fromHex(found.key)]);
        bytes += proof.reduce((sum, { length }) => sum + length, 0);
        expect(admitProof(storage, proof, [found])).toEqual([]);
      }
      if (version === 1) expect(bytes).toBeLessThan(code.length);
    }
  });

  it('forgets what was not looked up for long, and never holds more than it may', () => {
    const store = new NodeStore(1_000);
    const bytes = (index: number) => new Uint8Array(100).fill(index);
    for (let index = 0; index < 200; index++) {
      store.add(toHex(blake2b256(bytes(index))), bytes(index));
      expect(store.value(blake2b256(bytes(0)), 0)).toEqual(bytes(0));
    }
    const held = Array.from({ length: 200 }, (_, index) => store.value(blake2b256(bytes(index)), 0));
    expect(held.filter((value) => value !== undefined).length).toBeLessThan(30);
    expect(held.at(-1)).toEqual(bytes(199));
  });
});

function crowd(): Entries {
  return Array.from({ length: 40 }, (_, index) => [
    Uint8Array.of(0x3a, index, index * 3),
    Uint8Array.of(index),
  ]);
}
