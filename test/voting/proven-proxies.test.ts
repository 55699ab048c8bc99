import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/bytes/bytes.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { encodeCompact, encodeLittle } from '../../src/bytes/scale.ts';
import type { Hex } from '../../src/domain/units.ts';
import { buildTrie } from '../../src/proof/trie.ts';
import { collectProxies, proxiesKey } from '../../src/voting/proxies/proven-proxies.ts';

const account = (byte: string): Hex => `0x${byte.repeat(32)}`;
const [REAL, OTHER, DELEGATE] = [account('11'), account('22'), account('dd')];
const TYPES = [{ name: 'Any', index: 0 }];

/** A state in which these accounts have the delegate as their proxy, among others. */
function stateOf(...reals: readonly Hex[]) {
  const value = concatBytes(
    encodeCompact(1),
    fromHex(DELEGATE),
    Uint8Array.of(0),
    encodeLittle(0, 4),
    encodeLittle(7n, 16),
  );
  const filler = Array.from({ length: 40 }, (_, index) => account((index + 100).toString(16)));
  return buildTrie(
    [...reals, ...filler].map((real) => [proxiesKey(real), value] as const),
    1,
  );
}
const proxiesIn = (root: Uint8Array, nodes: readonly Uint8Array[], real = REAL) =>
  collectProxies(real, toHex(root), async () => nodes, TYPES);

describe('the proxies of an account', () => {
  it('are those that the state has, and none where it proves that there are none', async () => {
    const state = stateOf(REAL);
    const { proxies } = await proxiesIn(state.root, state.prove([proxiesKey(REAL)]));
    expect(proxies).toEqual([{ delegate: DELEGATE, kind: 'Any', delay: 0 }]);
    expect((await proxiesIn(state.root, state.prove([proxiesKey(OTHER)]), OTHER)).proxies).toEqual([]);
  });

  it('are not proven by another state, in which they are there still, or by the proof of another account', async () => {
    const [before, now] = [stateOf(REAL, OTHER), stateOf(OTHER)];
    const wrong = { code: 'RESCUE_PROOF_INVALID' };
    await expect(proxiesIn(now.root, before.prove([proxiesKey(REAL)]))).rejects.toMatchObject(wrong);
    await expect(proxiesIn(before.root, before.prove([proxiesKey(OTHER)]))).rejects.toMatchObject(wrong);
    await expect(proxiesIn(before.root, [])).rejects.toMatchObject(wrong);
    // Removed before the last head is removed.
    expect((await proxiesIn(now.root, now.prove([proxiesKey(REAL)]))).proxies).toEqual([]);
  });
});
