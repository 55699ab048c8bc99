import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/bytes/bytes.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { encodeU32, encodeU64 } from '../../src/bytes/scale.ts';
import { checkpointOfChainSpec } from '../../src/chain/finality/light-sync.ts';
import { finalityInMemory } from '../../src/chain/finality/memory.ts';
import type { GivenCheckpoint } from '../../src/chain/finality/open.ts';
import { encodeAuthorities } from '../../src/proof/index.ts';
import { setOf } from '../proof/grandpa-fixtures.ts';
import { GrandpaChain, type GrandpaNode } from '../support/grandpa-chain.ts';
import { nodeOf, openFinalityOf, plainNodeOf } from '../support/grandpa-nodes.ts';

describe('the finality of a relay chain', () => {
  const pinned = (
    chain: GrandpaChain,
    number: number,
    more: Partial<GivenCheckpoint> = {},
  ): GivenCheckpoint => {
    const setId = chain.at(number).setId + (chain.ends.includes(number) ? 1 : 0);
    return {
      number,
      hash: toHex(chain.at(number).hash),
      voters: {
        setId: BigInt(setId),
        authorities: toHex(encodeAuthorities(setOf(0n, chain.voters(setId)).authorities)),
      },
      source: 'config',
      overrides: false,
      ...more,
    };
  };

  describe('begins with a checkpoint', () => {
    it('on which all endpoints agree, the lowest of their final heads, and tells it', async () => {
      const chain = new GrandpaChain();
      chain.grow(20, 7);
      chain.finalize(20);
      const [one, late] = [await nodeOf(chain), await nodeOf(chain)];
      late.lies.chain_getFinalizedHead = () => toHex(chain.at(15).hash);
      const { source, begun, until } = await openFinalityOf([one, late]);
      expect(begun).toMatchObject([
        { number: 15, hash: toHex(chain.at(15).hash), setId: 2n, source: 'endpoints' },
      ]);
      expect((await until(20)).trust).toBe('justified');
      expect(source.view()).toMatchObject({ voters: 4, checkpoint: { number: 15 } });
    });

    it('on which they do not agree: nothing begins, and who said what is named', async () => {
      const chain = new GrandpaChain();
      chain.grow(5);
      chain.finalize(5);
      const other = new GrandpaChain();
      other.grow(5);
      other.finalize(5);
      const [honest, liar] = [await nodeOf(chain), await nodeOf(other)];
      liar.lies.chain_getBlockHash = ([number], next) => (number === 0 ? toHex(chain.at(0).hash) : next());
      for (const nodes of [
        [honest, liar],
        [liar, honest],
      ]) {
        await expect(openFinalityOf(nodes)).rejects.toMatchObject({
          code: 'RESCUE_CHECKPOINT_INVALID',
          message: expect.stringContaining(liar.url),
        });
      }
    });

    it('that needs every endpoint once, and says who is missing', async () => {
      const chain = new GrandpaChain();
      const node = await nodeOf(chain);
      const gone = await nodeOf(chain);
      await gone.close();
      await expect(openFinalityOf([node, gone])).rejects.toMatchObject({
        code: 'RESCUE_CHECKPOINT_INVALID',
        message: expect.stringContaining(gone.url),
      });
    });

    it('that needs fewer endpoints when the operator says how many are enough, and no more than answer', async () => {
      const chain = new GrandpaChain();
      const gone = await nodeOf(chain);
      const [one, two] = [await nodeOf(chain), await nodeOf(chain)];
      await gone.close();
      const { begun } = await openFinalityOf([gone, one, two], { agreement: 2 });
      expect(begun).toMatchObject([{ number: 0, source: 'endpoints' }]);
      await expect(openFinalityOf([gone, one, two], { agreement: 3 })).rejects.toMatchObject({
        code: 'RESCUE_CHECKPOINT_INVALID',
        message: expect.stringContaining(gone.url),
      });
    });

    it('whose voters are proven by the header, not told', async () => {
      const chain = new GrandpaChain();
      chain.grow(3);
      chain.finalize(3);
      const liar = await nodeOf(chain);
      const other = new GrandpaChain();
      liar.lies.state_getReadProof = ([, at]) => ({ at, proof: other.at(0).state.prove([]).map(toHex) });
      await expect(openFinalityOf([liar])).rejects.toMatchObject({
        code: expect.stringMatching(/RESCUE_NODE_/),
      });
    });

    it('that the configuration names, with or without the voters, whatever the endpoints say', async () => {
      const chain = new GrandpaChain();
      chain.grow(20, 7);
      chain.finalize(20);
      const forged = new GrandpaChain();
      forged.grow(30);
      forged.finalize(30);
      const [honest, liar] = [await nodeOf(chain), await nodeOf(forged)];
      liar.lies.chain_getBlockHash = ([number], next) => (number === 0 ? toHex(chain.at(0).hash) : next());
      for (const checkpoint of [pinned(chain, 10), pinned(chain, 10, { voters: null })]) {
        const { until } = await openFinalityOf([liar, honest], { checkpoint });
        expect((await until(20)).ref.hash).toBe(toHex(chain.at(20).hash));
      }
    });

    it.each([false, true])(
      'that the configuration names (voters left out: %s), whoever of the endpoints is gone',
      async (bare) => {
        const chain = new GrandpaChain();
        chain.grow(20, 7);
        chain.finalize(20);
        const [gone, node] = [await nodeOf(chain), await nodeOf(chain)];
        await gone.close();
        const checkpoint = pinned(chain, 10, bare ? { voters: null } : {});
        const { until } = await openFinalityOf([gone, node], { checkpoint });
        expect(await until(20)).toMatchObject({ trust: 'justified', actable: true });
      },
    );

    it('of a chain spec', () => {
      const chain = new GrandpaChain();
      const { encoded, hash, number } = chain.best;
      const set = concatBytes(
        encodeAuthorities(setOf(0n, chain.voters()).authorities),
        encodeU64(77),
        // A fork tree without roots, no forced changes, one ended set.
        Uint8Array.of(0, 1),
        encodeU32(3),
        Uint8Array.of(0, 0),
      );
      const spec = {
        name: 'x',
        lightSyncState: { finalizedBlockHeader: toHex(encoded), grandpaAuthoritySet: toHex(set) },
      };
      expect(checkpointOfChainSpec(JSON.stringify(spec), 'x.json')).toEqual({
        number,
        hash: toHex(hash),
        setId: 77n,
        authorities: toHex(encodeAuthorities(setOf(0n, chain.voters()).authorities)),
        source: 'chain-spec',
      });
      for (const text of [
        '{}',
        'no json',
        JSON.stringify({ lightSyncState: { ...spec.lightSyncState, grandpaAuthoritySet: '0x04' } }),
      ]) {
        expect(() => checkpointOfChainSpec(text, 'x.json')).toThrow(
          expect.objectContaining({ code: 'RESCUE_CHECKPOINT_INVALID' }),
        );
      }
    });
  });

  describe('is followed from where it was', () => {
    const followed = async (chain: GrandpaChain, node: GrandpaNode, number: number) => {
      const store = finalityInMemory();
      const { source, until } = await openFinalityOf([node], { store });
      chain.grow(number, 7);
      chain.finalize(number);
      await until(number);
      await source.close();
      return store;
    };

    it('and a checkpoint that lies on it changes nothing', async () => {
      const chain = new GrandpaChain();
      const node = await nodeOf(chain);
      const store = await followed(chain, node, 20);
      const { begun } = await openFinalityOf([node], { store, checkpoint: pinned(chain, 10) });
      expect(begun).toEqual([]);
      expect((await store.load())?.followed.checkpoint.number).toBe(0);
    });

    it('and a checkpoint that contradicts it is refused, until the operator says that it overrides', async () => {
      const chain = new GrandpaChain();
      const node = await nodeOf(chain);
      const store = await followed(chain, node, 20);
      const other = { ...pinned(chain, 10), hash: `0x${'cd'.repeat(32)}` as const };
      await expect(openFinalityOf([node], { store, checkpoint: other })).rejects.toMatchObject({
        code: 'RESCUE_CHECKPOINT_INVALID',
        message: expect.stringContaining('overrides'),
      });
      const { begun, notices } = await openFinalityOf([node], {
        store,
        checkpoint: { ...other, overrides: true },
      });
      expect(begun).toMatchObject([{ number: 10, hash: other.hash }]);
      expect(notices.join()).toContain('contradicts');
    });

    it('and a checkpoint ahead of it takes its place, told', async () => {
      const chain = new GrandpaChain();
      const node = await nodeOf(chain);
      const store = await followed(chain, node, 20);
      chain.grow(40, 7);
      chain.finalize(40);
      const { begun, notices } = await openFinalityOf([node], { store, checkpoint: pinned(chain, 30) });
      expect(begun).toMatchObject([{ number: 30 }]);
      expect(notices.join()).toContain('ahead');
    });

    it('and never by agreement, because a node refuses to prove', async () => {
      const chain = new GrandpaChain();
      const node = await nodeOf(chain);
      const store = await followed(chain, node, 20);
      const refusing = await plainNodeOf(chain);
      refusing.lies.state_getReadProof = () => {
        throw new Error('Method not found');
      };
      chain.grow(30);
      chain.finalize(30);
      const { source } = await openFinalityOf([refusing, refusing], { store });
      expect(source.view().trust).toBe('justified');
      expect((await source.newest().catch(() => null))?.ref.number ?? 20).toBe(20);
    }, 40_000);

    it('and not on another chain: that needs another database', async () => {
      const chain = new GrandpaChain();
      const store = await followed(chain, await nodeOf(chain), 20);
      const anew = new GrandpaChain(5);
      await expect(openFinalityOf([await nodeOf(anew)], { store })).rejects.toMatchObject({
        code: 'RESCUE_CHECKPOINT_INVALID',
        message: expect.stringContaining('new database'),
      });
    });
  });

  it('is proven where one of the endpoints shows voters, though another hides them', async () => {
    const chain = new GrandpaChain();
    const [honest, refusing] = [await nodeOf(chain), await plainNodeOf(chain)];
    refusing.lies.state_getReadProof = () => {
      throw new Error('no');
    };
    const { until } = await openFinalityOf([refusing, honest]);
    chain.add();
    chain.finalize();
    expect((await until(1)).trust).toBe('justified');
  });
});
