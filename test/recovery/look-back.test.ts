import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/bytes/bytes.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { encodeCompact } from '../../src/bytes/scale.ts';
import type { RelayBlockRef } from '../../src/domain/chain/observation.ts';
import { RescueError } from '../../src/domain/errors.ts';
import type { Hex } from '../../src/domain/units.ts';
import { encodeHeader, headerHash } from '../../src/proof/header.ts';
import { buildTrie } from '../../src/proof/trie.ts';
import { lookBack } from '../../src/recovery/para/look-back.ts';
import { parasHeadsKey } from '../../src/voting/anchor-proof.ts';

const PARA = 2000;
const zeros = new Uint8Array(32);

/** The para's header with this number. */
const head = (number: number): Uint8Array =>
  encodeHeader({ parentHash: zeros, number, stateRoot: zeros, extrinsicsRoot: zeros, digest: [] });

interface Block {
  readonly ref: RelayBlockRef;
  readonly header: Uint8Array;
  readonly proof: Uint8Array[];
}

/** A relay chain from block 100 on, each block with the para's head of that number. */
function chainOf(heads: readonly number[]): Block[] {
  const blocks: Block[] = [];
  let parentHash: Uint8Array = zeros;
  for (const [index, number] of heads.entries()) {
    const bytes = head(number);
    const state = buildTrie([[parasHeadsKey(PARA), concatBytes(encodeCompact(bytes.length), bytes)]], 1);
    const header = encodeHeader({
      parentHash,
      number: 100 + index,
      stateRoot: state.root,
      extrinsicsRoot: zeros,
      digest: [],
    });
    parentHash = headerHash(header);
    const ref = { number: 100 + index, hash: toHex(parentHash), stateRoot: toHex(state.root) };
    blocks.push({ ref, header, proof: state.prove([parasHeadsKey(PARA)]) });
  }
  return blocks;
}

/** A node that knows these blocks, and answers for `swapped` with another one. */
function nodeOf(blocks: readonly Block[], swapped: ReadonlyMap<Hex, Block> = new Map()) {
  const asked: number[] = [];
  return {
    asked,
    proveHead: async (_: number, { number, hash }: RelayBlockRef) => {
      asked.push(number);
      const block = swapped.get(hash) ?? blocks.find(({ ref }) => ref.hash === hash);
      if (!block) throw new RescueError('RESCUE_NODE_MALFORMED', 'State already discarded');
      return { header: block.header, proof: block.proof };
    },
  };
}

function observed(blocks: readonly Block[], number: number) {
  const { ref } = blocks.at(-1) ?? {};
  if (!ref) throw new Error('there are no blocks');
  const bytes = head(number);
  return {
    paraId: PARA,
    relay: ref,
    head: { hash: toHex(headerHash(bytes)), number, stateRoot: toHex(zeros) },
  };
}

describe('looking back at relay blocks that were not observed', () => {
  it('finds the last one at which the para had another head, and looks no further', async () => {
    const blocks = chainOf([5, 5, 4, 4, 5, 5]);
    const node = nodeOf(blocks);
    expect(await lookBack(node, observed(blocks, 5), 100)).toEqual({ otherHeadUntil: 103, unknown: null });
    expect(node.asked).toEqual([105, 104, 103]);
  });

  it('finds nothing when the head was the same all the while', async () => {
    const blocks = chainOf([4, 5, 5, 5]);
    const node = nodeOf(blocks);
    expect(await lookBack(node, observed(blocks, 5), 100)).toEqual({ otherHeadUntil: null, unknown: null });
    expect(node.asked).toEqual([103, 102, 101]);
  });

  it('says what it does not know when a node has the state no more', async () => {
    const blocks = chainOf([5, 5, 5, 5]);
    const { unknown, otherHeadUntil } = await lookBack(nodeOf(blocks.slice(2)), observed(blocks, 5), 90);
    expect(otherHeadUntil).toBeNull();
    expect(unknown).toEqual({ from: 91, to: 101, reason: 'State already discarded' });
  });

  it('believes no node that gives another block, or another state, for an earlier one', async () => {
    const blocks = chainOf([5, 5, 5, 5]);
    const others = chainOf([4, 4, 4, 4]);
    const [lie, right] = [others[2], blocks[2]];
    if (!lie || !right) throw new Error('too few blocks');
    for (const told of [lie, { ...right, proof: lie.proof }, { ...right, proof: [] }]) {
      const node = nodeOf(blocks, new Map([[right.ref.hash, told]]));
      const { otherHeadUntil, unknown } = await lookBack(node, observed(blocks, 5), 100);
      expect(otherHeadUntil).toBeNull();
      expect(unknown).toMatchObject({ from: 101, to: 102 });
    }
  });

  it('takes a contradiction in the observed block itself for no other head', async () => {
    const blocks = chainOf([5, 5]);
    expect(await lookBack(nodeOf(blocks), observed(blocks, 6), 100)).toMatchObject({
      otherHeadUntil: null,
      unknown: { reason: 'a node told another head than it proves' },
    });
  });

  it('goes back no further than nodes keep the state', async () => {
    const blocks = chainOf(Array.from({ length: 300 }, () => 5));
    const node = nodeOf(blocks);
    const { unknown } = await lookBack(node, observed(blocks, 5), 100);
    expect(unknown).toMatchObject({ from: 101, to: 143 });
    expect(node.asked).toHaveLength(256);
  });
});
