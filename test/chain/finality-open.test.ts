import { afterEach, describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/bytes/bytes.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { encodeU32, encodeU64 } from '../../src/bytes/scale.ts';
import { agreeOnCheckpoint } from '../../src/chain/finality/checkpoint.ts';
import { checkpointOfChainSpec } from '../../src/chain/finality/light-sync.ts';
import { finalityInMemory } from '../../src/chain/finality/memory.ts';
import { type FinalityOptions, type GivenCheckpoint, openFinality } from '../../src/chain/finality/open.ts';
import type { FinalizedSource } from '../../src/chain/finality/source.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import type { Checkpoint } from '../../src/domain/chain/trust.ts';
import type { RescueError } from '../../src/domain/errors.ts';
import { encodeAuthorities } from '../../src/proof/index.ts';
import { setOf } from '../proof/grandpa-fixtures.ts';
import { finalBlocksOf } from '../support/final-blocks.ts';
import { CHAIN_BEGINS, GrandpaChain, GrandpaNode, headerJson } from '../support/grandpa-chain.ts';

describe('the finality of a relay chain', () => {
  let cleanup: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const clean of cleanup.splice(0)) await clean();
    cleanup = [];
  });

  const nodeOf = async (chain: GrandpaChain) => {
    const node = await GrandpaNode.of(chain);
    cleanup.push(() => node.close());
    return node;
  };
  /** A node of a chain that has no GRANDPA and tells heads only. */
  const plainNode = async (chain: GrandpaChain) => {
    const node = await nodeOf(chain);
    const no = () => {
      throw new Error('Method not found');
    };
    node.lies.grandpa_subscribeJustifications = no;
    node.lies.grandpa_proveFinality = no;
    return node;
  };
  const open = async (
    nodes: readonly GrandpaNode[],
    options: Partial<FinalityOptions> = {},
  ): Promise<{
    source: FinalizedSource;
    troubles: RescueError[];
    notices: string[];
    begun: Checkpoint[];
  }> => {
    const troubles: RescueError[] = [];
    const notices: string[] = [];
    const begun: Checkpoint[] = [];
    const endpoints = new Endpoints({
      urls: nodes.map(({ url }) => url),
      requestTimeoutMs: 2_000,
      onTrouble: (trouble) => troubles.push(trouble),
    });
    cleanup.unshift(() => endpoints.close());
    const source = await openFinality({
      endpoints,
      endpointCount: nodes.length,
      store: finalityInMemory(),
      onTrouble: (trouble) => troubles.push(trouble),
      onNotice: (sentence) => notices.push(sentence),
      now: () => CHAIN_BEGINS,
      onCheckpoint: (checkpoint) => begun.push(checkpoint),
      ...options,
    });
    cleanup.unshift(() => source.close());
    return { source, troubles, notices, begun };
  };
  const until = async (source: FinalizedSource, number: number) => {
    const stop = new AbortController();
    for await (const header of source.watch(stop.signal)) {
      if (header.ref.number < number) continue;
      stop.abort();
      return header;
    }
    throw new Error('the watch ended');
  };
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
      const { source, begun } = await open([one, late]);
      expect(begun).toMatchObject([
        { number: 15, hash: toHex(chain.at(15).hash), setId: 2n, source: 'endpoints' },
      ]);
      expect((await until(source, 20)).trust).toBe('justified');
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
        await expect(open(nodes)).rejects.toMatchObject({
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
      await expect(open([node, gone])).rejects.toMatchObject({
        code: 'RESCUE_CHECKPOINT_INVALID',
        message: expect.stringContaining(gone.url),
      });
    });

    it('that needs fewer endpoints when the operator says how many are enough, and no more than answer', async () => {
      const chain = new GrandpaChain();
      const gone = await nodeOf(chain);
      const [one, two] = [await nodeOf(chain), await nodeOf(chain)];
      await gone.close();
      const { begun } = await open([gone, one, two], { agreement: 2 });
      expect(begun).toMatchObject([{ number: 0, source: 'endpoints' }]);
      await expect(open([gone, one, two], { agreement: 3 })).rejects.toMatchObject({
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
      await expect(open([liar])).rejects.toMatchObject({ code: expect.stringMatching(/RESCUE_NODE_/) });
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
        const { source } = await open([liar, honest], { checkpoint });
        expect((await until(source, 20)).ref.hash).toBe(toHex(chain.at(20).hash));
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
        const { source } = await open([gone, node], { checkpoint });
        expect(await until(source, 20)).toMatchObject({ trust: 'justified', actable: true });
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
      const { source } = await open([node], { store });
      chain.grow(number, 7);
      chain.finalize(number);
      await until(source, number);
      await source.close();
      return store;
    };

    it('and a checkpoint that lies on it changes nothing', async () => {
      const chain = new GrandpaChain();
      const node = await nodeOf(chain);
      const store = await followed(chain, node, 20);
      const { begun } = await open([node], { store, checkpoint: pinned(chain, 10) });
      expect(begun).toEqual([]);
      expect((await store.load())?.followed.checkpoint.number).toBe(0);
    });

    it('and a checkpoint that contradicts it is refused, until the operator says that it overrides', async () => {
      const chain = new GrandpaChain();
      const node = await nodeOf(chain);
      const store = await followed(chain, node, 20);
      const other = { ...pinned(chain, 10), hash: `0x${'cd'.repeat(32)}` as const };
      await expect(open([node], { store, checkpoint: other })).rejects.toMatchObject({
        code: 'RESCUE_CHECKPOINT_INVALID',
        message: expect.stringContaining('overrides'),
      });
      const { begun, notices } = await open([node], { store, checkpoint: { ...other, overrides: true } });
      expect(begun).toMatchObject([{ number: 10, hash: other.hash }]);
      expect(notices.join()).toContain('contradicts');
    });

    it('and a checkpoint ahead of it takes its place, told', async () => {
      const chain = new GrandpaChain();
      const node = await nodeOf(chain);
      const store = await followed(chain, node, 20);
      chain.grow(40, 7);
      chain.finalize(40);
      const { begun, notices } = await open([node], { store, checkpoint: pinned(chain, 30) });
      expect(begun).toMatchObject([{ number: 30 }]);
      expect(notices.join()).toContain('ahead');
    });

    it('and never by agreement, because a node refuses to prove', async () => {
      const chain = new GrandpaChain();
      const node = await nodeOf(chain);
      const store = await followed(chain, node, 20);
      const refusing = await plainNode(chain);
      refusing.lies.state_getReadProof = () => {
        throw new Error('Method not found');
      };
      chain.grow(30);
      chain.finalize(30);
      const { source } = await open([refusing, refusing], { store });
      expect(source.view().trust).toBe('justified');
      expect((await source.newest().catch(() => null))?.ref.number ?? 20).toBe(20);
    }, 40_000);

    it('and not on another chain: that needs another database', async () => {
      const chain = new GrandpaChain();
      const store = await followed(chain, await nodeOf(chain), 20);
      const anew = new GrandpaChain(5);
      await expect(open([await nodeOf(anew)], { store })).rejects.toMatchObject({
        code: 'RESCUE_CHECKPOINT_INVALID',
        message: expect.stringContaining('new database'),
      });
    });
  });

  it('is proven where one of the endpoints shows voters, though another hides them', async () => {
    const chain = new GrandpaChain();
    const [honest, refusing] = [await nodeOf(chain), await plainNode(chain)];
    refusing.lies.state_getReadProof = () => {
      throw new Error('no');
    };
    const { source } = await open([refusing, honest]);
    chain.add();
    chain.finalize();
    expect((await until(source, 1)).trust).toBe('justified');
  });
});

describe('a relay chain without proofs', () => {
  let cleanup: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const clean of cleanup.splice(0)) await clean();
    cleanup = [];
  });

  /** Its state holds no voters; heads are told by subscription. */
  const nodesOf = async (chain: GrandpaChain, count: number) => {
    const nodes = await Promise.all(Array.from({ length: count }, () => GrandpaNode.of(chain)));
    for (const node of nodes) cleanup.push(() => node.close());
    return nodes;
  };
  const open = async (nodes: readonly GrandpaNode[], options: Partial<FinalityOptions> = {}) => {
    const troubles: RescueError[] = [];
    const notices: string[] = [];
    const endpoints = new Endpoints({
      urls: nodes.map(({ url }) => url),
      onTrouble: (trouble) => troubles.push(trouble),
    });
    const source = await openFinality({
      endpoints,
      endpointCount: nodes.length,
      store: finalityInMemory(),
      onTrouble: (trouble) => troubles.push(trouble),
      onNotice: (sentence) => notices.push(sentence),
      now: () => CHAIN_BEGINS,
      ...options,
    });
    cleanup.unshift(async () => {
      await source.close();
      await endpoints.close();
    });
    const stop = new AbortController();
    cleanup.unshift(async () => stop.abort());
    const until = finalBlocksOf(source, stop.signal);
    return { source, troubles, notices, until };
  };

  it('is acted upon when as many endpoints as needed have the same block, and a liar changes nothing', async () => {
    const chain = new GrandpaChain(0);
    const forged = new GrandpaChain(0);
    forged.add([{ type: 'other', data: Uint8Array.of(1) }]);
    forged.grow(40);
    forged.finalize(40);
    const [one, two] = await nodesOf(chain, 2);
    const [liar] = await nodesOf(forged, 1);
    if (!one || !two || !liar) throw new Error('nodes are missing');
    liar.lies.chain_getBlockHash = ([number], next) => (number === 0 ? toHex(chain.at(0).hash) : next());
    for (const nodes of [
      [one, two, liar],
      [liar, one, two],
    ]) {
      const { until, source, troubles, notices } = await open(nodes);
      expect(notices.join()).toContain('2 of 3');
      chain.add();
      chain.finalize();
      const header = await until(chain.finalized);
      expect(header).toMatchObject({
        trust: 'agreed',
        actable: true,
        ref: { number: chain.finalized, hash: toHex(chain.best.hash) },
      });
      // It may have connected after the others agreed: with the next block at the latest it is named.
      while (!troubles.some(({ message }) => message.includes(liar.url))) {
        chain.add();
        chain.finalize();
        expect((await until(chain.finalized)).ref.hash).toBe(toHex(chain.best.hash));
      }
      expect((await source.newest()).ref.number).toBe(chain.finalized);
      expect(source.view()).toMatchObject({ trust: 'agreed', agreement: 2 });
      expect(await source.isFinal({ number: 0, hash: toHex(chain.at(0).hash) })).toBe(true);
    }
  });

  it('is one by the word of all endpoints only: one that hides the voters alone does not begin anything', async () => {
    const proving = new GrandpaChain();
    const hiding = new GrandpaChain(0);
    const [honest] = await nodesOf(proving, 1);
    const [one, two] = await nodesOf(hiding, 2);
    if (!honest || !one || !two) throw new Error('nodes are missing');
    for (const liar of [one, two]) {
      liar.lies.chain_getBlockHash = ([number], next) => (number === 0 ? toHex(proving.at(0).hash) : next());
    }
    await expect(open([one, two, honest])).rejects.toMatchObject({
      code: 'RESCUE_CHECKPOINT_INVALID',
      message: expect.stringContaining('disagree'),
    });
    await honest.close();
    for (const nodes of [
      [one, honest],
      [one, two, honest],
    ]) {
      await expect(open(nodes)).rejects.toMatchObject({
        code: 'RESCUE_CHECKPOINT_INVALID',
        message: expect.stringContaining(honest.url),
      });
    }
    // Who says how many are enough has said so.
    expect((await open([one, two, honest], { agreement: 2 })).source.view().trust).toBe('agreed');
  });

  it('does not go on when one of two lies, in either order', async () => {
    const chain = new GrandpaChain(0);
    const [one, two] = await nodesOf(chain, 2);
    if (!one || !two) throw new Error('nodes are missing');
    const { until, source, troubles } = await open([one, two]);
    chain.add();
    chain.finalize();
    await until(1);
    const number = '0xfffffff0';
    const forged = { ...headerJson(chain.best), number };
    two.tellHead = () => forged;
    two.lies.chain_getHeader = () => forged;
    two.lies.chain_getBlockHash = () => `0x${'ab'.repeat(32)}`;
    chain.add();
    chain.finalize();
    await expect.poll(() => troubles.length).toBeGreaterThan(0);
    expect((await source.newest()).ref.number).toBe(1);
  });

  it('is only watched with a single endpoint, unless the operator says that it may be trusted', async () => {
    const chain = new GrandpaChain(0);
    const [node] = await nodesOf(chain, 1);
    if (!node) throw new Error('the node is missing');
    const watched = await open([node]);
    expect(watched.notices.join()).toContain('nothing is done');
    expect(await watched.source.newest()).toMatchObject({ trust: 'assumed', actable: false });
    const trusted = await open([node], { trustSingleEndpoint: true });
    expect(await trusted.source.newest()).toMatchObject({ trust: 'assumed', actable: true });
    await expect(open([node], { finality: 'proven' })).rejects.toMatchObject({
      code: 'RESCUE_FINALITY_UNPROVEN',
    });
  });
});

it('prints no checkpoint of a chain without voters', async () => {
  const chain = new GrandpaChain(0);
  const node = await GrandpaNode.of(chain);
  const endpoints = new Endpoints({ urls: [node.url] });
  expect(await agreeOnCheckpoint(endpoints)).toBeNull();
  await endpoints.close();
  await node.close();
});
