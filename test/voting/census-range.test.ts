import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import type { Hex } from '../../src/domain/units.ts';
import { blake2b256 } from '../../src/proof/hash.ts';
import { buildTrie, type StateVersion, type Trie } from '../../src/proof/trie.ts';
import { verifyStorageRange } from '../../src/voting/census/range.ts';
import { systemAccountKey, totalIssuanceKey } from '../../src/voting/power/adapters/system-account.ts';
import { anyKey, anyState, anyStateVersion } from '../proof/trie-arbitraries.ts';
import { accountInfo } from './account-info.ts';

const PREFIX = systemAccountKey(new Uint8Array(32)).slice(0, 32);
const account = (byte: number) => new Uint8Array(32).fill(byte);

function stateOf(accounts: number, stateVersion: StateVersion = 1): Trie {
  const entries = Array.from(
    { length: accounts },
    (_, i) => [systemAccountKey(account(i + 1)), accountInfo({ free: BigInt(i) })] as const,
  );
  return buildTrie([...entries, [totalIssuanceKey(), new Uint8Array(16).fill(9)]], stateVersion);
}

const keysOf = (state: Trie, prefix = PREFIX) => [...state.entries(prefix)].map(([key]) => key);
const hex = (keys: readonly Uint8Array[]): Hex[] => keys.map(toHex);
const refused = expect.objectContaining({ code: 'RESCUE_PROOF_INVALID' });

describe('verifying a range of storage keys', () => {
  it.each([0, 1] as const)('finds every account of a state of version %i, with its nodes', (version) => {
    const state = stateOf(40, version);
    const keys = keysOf(state);
    const proof = state.prove([PREFIX, ...keys]);
    const range = verifyStorageRange(state.root, proof, { prefix: PREFIX, after: null, upTo: null });
    expect(hex(range.keys)).toEqual(hex(keys));
    expect(new Set(range.nodes.map(({ bytes }) => toHex(bytes)))).toEqual(new Set(hex(proof)));
    for (const { hash, bytes } of range.nodes) expect(toHex(blake2b256(bytes))).toBe(toHex(hash));
  });

  it('leaves what was archived with the page before to that page', () => {
    const state = stateOf(40);
    const keys = keysOf(state);
    const middle = keys[19];
    if (!middle) throw new Error('the state has 40 accounts');
    const first = { prefix: PREFIX, after: null, upTo: middle };
    const second = { prefix: PREFIX, after: middle, upTo: null };
    const one = verifyStorageRange(state.root, state.prove(keys.slice(0, 20)), first);
    const two = verifyStorageRange(state.root, state.prove(keys.slice(19)), second);
    expect(hex([...one.keys, ...two.keys])).toEqual(hex(keys));
    const hashes = [...one.nodes, ...two.nodes].map(({ hash }) => toHex(hash));
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(new Set(hashes)).toEqual(new Set(state.prove(keys).map((node) => toHex(blake2b256(node)))));
  });

  it('refuses a proof that keeps an account back, wherever it is', () => {
    const state = stateOf(20);
    const keys = keysOf(state);
    for (const hidden of keys.keys()) {
      const shown = keys.filter((_, index) => index !== hidden);
      const proof = state.prove([PREFIX, ...shown]);
      expect(() =>
        verifyStorageRange(state.root, proof, { prefix: PREFIX, after: null, upTo: null }),
      ).toThrow(refused);
    }
  });

  it('refuses an end of the map that is none', () => {
    const state = stateOf(20);
    const [first] = keysOf(state);
    if (!first) throw new Error('the state has 20 accounts');
    expect(() =>
      verifyStorageRange(state.root, state.prove([first]), { prefix: PREFIX, after: first, upTo: null }),
    ).toThrow(refused);
  });

  it('proves that a map is empty', () => {
    for (const state of [stateOf(0), buildTrie([], 1)]) {
      const range = { prefix: PREFIX, after: null, upTo: null };
      expect(verifyStorageRange(state.root, state.prove([PREFIX]), range).keys).toEqual([]);
      expect(() => verifyStorageRange(state.root, [], range)).toThrow(refused);
    }
  });

  it('finds exactly the keys between any two places of any state, and needs each of their nodes', () => {
    const place = fc.option(anyKey, { nil: null });
    fc.assert(
      fc.property(
        anyState(),
        anyStateVersion,
        fc.uint8Array({ maxLength: 2 }),
        place,
        place,
        fc.nat(),
        (entries, version, prefix, after, upTo, dropped) => {
          const state = buildTrie(entries, version);
          const wanted = keysOf(state, prefix).filter(
            (key) =>
              (after === null || Buffer.compare(key, after) > 0) &&
              (upTo === null || Buffer.compare(key, upTo) <= 0),
          );
          const bounds = [prefix, after, upTo].filter((key) => key !== null);
          const proof = state.prove([...bounds, ...wanted]);
          const range = { prefix, after, upTo };
          const { keys, nodes } = verifyStorageRange(state.root, proof, range);
          expect(hex(keys)).toEqual(hex(wanted));
          // Without any one of the nodes that it gave, the range is not proven.
          const used = nodes[dropped % Math.max(1, nodes.length)];
          if (used === undefined) return;
          const rest = proof.filter((node) => toHex(node) !== toHex(used.bytes));
          expect(() => verifyStorageRange(state.root, rest, range)).toThrow(refused);
        },
      ),
      { numRuns: 500 },
    );
  });
});
