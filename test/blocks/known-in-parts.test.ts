import { beforeAll, describe, expect, it } from 'vitest';
import { readArtifact } from '../../devnet/artifacts.ts';
import { type NextBlock, nextBlock } from '../../src/blocks/next-block.ts';
import { genesisPoint, type Point, pointOf } from '../../src/blocks/point.ts';
import { buildGenesis, genesisDefaults, genesisHeader } from '../../src/blocks/spec/genesis.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { GivenSignatures } from '../../src/executor/given-signatures.ts';
import { cryptoReady } from '../../src/executor/host/hashing.ts';
import type { ProofSource } from '../../src/executor/remote/proof-source.ts';
import { RecordingNodes, RemoteState } from '../../src/executor/remote/remote-state.ts';
import type { State } from '../../src/executor/storage/state.ts';
import { finish } from '../../src/executor/task.ts';
import { encodeHeader } from '../../src/proof/index.ts';
import { Visits } from '../../src/proof/visits.ts';
import { HAS_SPECS, openSpec } from './specs.ts';

const START = 1_796_083_200_000;
const given = new GivenSignatures();

beforeAll(cryptoReady);

/** Proofs of this state, and of no later one, as nodes give them of a block that others have long built on. */
function proofsOf(state: State): ProofSource & { requests: number } {
  return {
    requests: 0,
    async prove({ trie, keys, hints }, admit) {
      this.requests++;
      const asked = [...keys, ...hints];
      expect((await admit(asked, state.prove(asked.map(fromHex), trie))).unproven).toEqual([]);
    },
    keysAfter: async (trie, key, count) => state.keysWithPrefix('0x', { after: key, limit: count, trie }),
    likely: async () => [],
    wasRead: async () => undefined,
  };
}

/** Builds blocks on a whole state and beside it on one of which nothing but the root was known. */
async function expectSameBlocks(whole: Point<State>, blocks: number): Promise<number> {
  const source = proofsOf(whole.state);
  const remote = RemoteState.open(whole.state.root, new RecordingNodes(Number.POSITIVE_INFINITY), source);
  let [left, right] = [whole, await remote.run(pointOf(whole.header, remote.storage))];
  for (let number = 1; number <= blocks; number++) {
    const recorders = [new Visits(), new Visits()] as const;
    const options = (at: 0 | 1) => ({ time: START + number * 6_000, given, visits: recorders[at] });
    const expected: NextBlock<State> = finish(nextBlock({ point: left }, options(0)));
    const built: NextBlock<State> = await remote.run(nextBlock({ point: right }, options(1)));
    expect(toHex(encodeHeader(built.header))).toBe(toHex(encodeHeader(expected.header)));
    expect(recorders[1].proofNodes().map(toHex)).toEqual(recorders[0].proofNodes().map(toHex));
    left = finish(pointOf(expected.header, expected.state));
    right = await remote.run(pointOf(built.header, built.state));
  }
  return source.requests;
}

describe('blocks on a state that is known in parts', () => {
  it('are those on the whole state, of the own relay, one on top of the other', async () => {
    const code = await readArtifact('relay');
    const state = buildGenesis(code, genesisDefaults(code));
    const requests = await expectSameBlocks(finish(pointOf(genesisHeader(state), state)), 12);
    expect(requests).toBeLessThan(40);
  });

  it.skipIf(!HAS_SPECS).each(['westend-local', 'paseo'])(
    'are those on the whole state, of %s, one on top of the other',
    async (name) => {
      expect(await expectSameBlocks(finish(genesisPoint(openSpec(name))), 25)).toBeLessThan(40);
    },
  );
});
