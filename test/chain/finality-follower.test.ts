import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { agreeOnCheckpoint } from '../../src/chain/finality/checkpoint.ts';
import {
  type FollowerOptions,
  followedSet,
  followFinality,
  recordOf,
} from '../../src/chain/finality/follower.ts';
import { finalityInMemory } from '../../src/chain/finality/memory.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import { verifyWithOpenSsl } from '../../src/chain/relay/ed25519.ts';
import type { RescueError } from '../../src/domain/errors.ts';
import type {
  FinalityStore,
  FinalizedRecord,
  FollowedRecord,
  SetEnd,
} from '../../src/domain/ports/finality.ts';
import {
  decodeAuthorities,
  decodeJustification,
  encodeFinalityProof,
  verifyFinalityProof,
} from '../../src/proof/index.ts';
import { createVoter, justify } from '../proof/grandpa-fixtures.ts';
import { finalBlocksOf } from '../support/final-blocks.ts';
import {
  CHAIN_BEGINS,
  changeLog,
  GrandpaChain,
  type GrandpaNode,
  headerJson,
} from '../support/grandpa-chain.ts';
import { nodeOf } from '../support/grandpa-nodes.ts';

/** What a database would keep, to look at. */
function memory() {
  const saved: { finalized: FinalizedRecord | null; followed: FollowedRecord | null; ends: SetEnd[] } = {
    finalized: null,
    followed: null,
    ends: [],
  };
  const kept = finalityInMemory();
  const store: FinalityStore = {
    ...kept,
    save: async (finalized, followed, ended) => {
      saved.finalized = finalized;
      saved.followed = followed ?? saved.followed;
      if (ended) saved.ends.push(ended);
      await kept.save(finalized, followed, ended);
    },
  };
  return { saved, store };
}

describe('following the finality of a relay chain', () => {
  const follow = async (
    nodes: readonly GrandpaNode[],
    options: { from?: GrandpaNode[]; askMs?: number; store?: ReturnType<typeof memory> } = {},
  ) => {
    const troubles: RescueError[] = [];
    const endpoints = new Endpoints({
      urls: nodes.map(({ url }) => url),
      requestTimeoutMs: 3_000,
      onTrouble: (trouble) => troubles.push(trouble),
    });
    const { saved, store } = options.store ?? memory();
    let start: FollowerOptions['start'];
    const stored = await store.load();
    if (stored) {
      start = { set: followedSet(stored.followed, stored.finalized), record: stored.followed };
    } else {
      const first = new Endpoints({ urls: (options.from ?? nodes).map(({ url }) => url) });
      const checkpoint = await agreeOnCheckpoint(first);
      await first.close();
      if (!checkpoint) throw new Error('the chain has no voters');
      const { header: _, time: __, ...plain } = checkpoint;
      const set = {
        setId: plain.setId,
        authorities: decodeAuthorities(fromHex(plain.authorities)),
        number: plain.number,
        hash: plain.hash,
        since: plain.number + 1,
        next: null,
      };
      start = { set, record: recordOf({ genesis: await endpoints.genesis(), checkpoint: plain }, set) };
      await store.save({ number: set.number, hash: set.hash }, start.record, null);
    }
    const source = followFinality({
      endpoints,
      start,
      store,
      askMs: options.askMs ?? 100,
      patienceMs: 300,
      now: () => CHAIN_BEGINS,
      onTrouble: (trouble) => troubles.push(trouble),
    });
    onTestFinished(async () => {
      await source.close();
      await endpoints.close();
    });
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const until = finalBlocksOf(source, stop.signal);
    return { source, saved, troubles, until, endpoints };
  };

  it('moves on by each justification that the set signed', async () => {
    const chain = new GrandpaChain();
    const node = await nodeOf(chain);
    const { until, source } = await follow([node]);
    for (let count = 0; count < 3; count += 1) {
      chain.add();
      chain.finalize();
      const header = await until(chain.finalized);
      expect(header.ref).toMatchObject({ number: chain.finalized, hash: toHex(chain.best.hash) });
      expect(header).toMatchObject({
        trust: 'justified',
        actable: true,
        time: CHAIN_BEGINS + header.ref.number * 6_000,
      });
    }
    expect(source.view()).toMatchObject({ block: 3, setId: 0n, voters: 4, trouble: null });
  });

  it('follows changes of the voters, at once and with a delay', async () => {
    const chain = new GrandpaChain();
    const node = await nodeOf(chain);
    const { until, saved, troubles } = await follow([node]);
    chain.changeVoters();
    chain.finalize();
    chain.add();
    chain.finalize();
    await until(2);
    chain.changeVoters(3);
    chain.finalize();
    await until(3);
    expect(saved.followed).toMatchObject({ setId: 1n, next: { after: 6 } });
    chain.grow(6);
    chain.finalize(6);
    chain.add();
    chain.finalize();
    await until(7);
    expect(saved.followed).toMatchObject({ setId: 2n, since: 7, next: null });
    expect(saved.ends).toMatchObject([
      { number: 1, setId: 0n },
      { number: 6, setId: 1n },
    ]);
    expect(troubles).toEqual([]);
  });

  it('finds a delayed change whose announcement it passed over', async () => {
    const chain = new GrandpaChain();
    const node = await nodeOf(chain);
    const first = await follow([node]);
    chain.grow(5);
    chain.changeVoters(10);
    chain.grow(16);
    chain.finalize(16);
    chain.grow(20);
    chain.finalize(20);
    await first.until(20);
    expect(first.saved.followed).toMatchObject({ setId: 1n, since: 17 });
  });

  it('changes the voters once, though several nodes show the same delayed change', async () => {
    const chain = new GrandpaChain();
    const nodes = [await nodeOf(chain), await nodeOf(chain), await nodeOf(chain)];
    const store = memory();
    const before = await follow(nodes, { store });
    chain.add();
    chain.finalize();
    await before.until(1);
    await before.source.close();
    chain.grow(5);
    chain.changeVoters(10);
    chain.grow(16);
    chain.finalize(16, true);
    chain.grow(20);
    chain.finalize(20);
    const after = await follow(nodes, { store });
    await after.until(20);
    expect(store.saved.followed).toMatchObject({ setId: 1n, since: 17 });
    expect(after.troubles).toEqual([]);
  });

  it('makes no change again because a node proves what does not hold', async () => {
    const chain = new GrandpaChain();
    const [liar, honest] = [await nodeOf(chain), await nodeOf(chain)];
    const store = memory();
    const before = await follow([honest], { store });
    await before.source.close();
    chain.add();
    chain.changeVoters();
    chain.grow(6);
    chain.finalize(6);
    liar.lies.grandpa_proveFinality = ([number], next) => {
      if (Number(number) <= 2) return next();
      const strangers = chain.voters().map(createVoter);
      return toHex(encodeFinalityProof(chain.at(6).hash, chain.justification(6, strangers), []));
    };
    const alone = await follow([liar], { store });
    await vi.waitUntil(() => alone.troubles.length > 0, { timeout: 60_000 });
    await alone.source.close();
    expect(alone.troubles).toMatchObject([{ code: 'RESCUE_NODE_CONTRADICTS' }]);
    expect(store.saved).toMatchObject({ finalized: { number: 2 }, followed: { setId: 1n, since: 3 } });
    const both = await follow([liar, honest], { store });
    expect((await both.until(6)).ref.hash).toBe(toHex(chain.at(6).hash));
  });

  it('catches up through hundreds of sets with few questions, and goes on from there after a restart', async () => {
    const chain = new GrandpaChain();
    const node = await nodeOf(chain);
    const store = memory();
    const before = await follow([node], { store });
    chain.add();
    chain.finalize();
    await before.until(1);
    await before.source.close();
    chain.grow(4_000, 20);
    chain.finalized = 4_000;
    chain.finalize(4_000);
    node.requests.length = 0;
    const after = await follow([node], { store });
    const header = await after.until(4_000);
    expect(header.ref.hash).toBe(toHex(chain.best.hash));
    expect(after.saved.followed?.setId).toBe(200n);
    expect(node.asked('grandpa_proveFinality')).toBeLessThan(300);
  });

  it('finds shorter sets than the ones before', async () => {
    const chain = new GrandpaChain();
    const node = await nodeOf(chain);
    const store = memory();
    const before = await follow([node], { store });
    chain.add();
    chain.finalize();
    await before.until(1);
    await before.source.close();
    for (const length of [100, 100, 7, 1, 1, 60, 2, 100]) {
      chain.grow(chain.blocks.length + length);
      chain.changeVoters();
    }
    chain.finalize();
    const after = await follow([node], { store });
    await after.until(chain.finalized);
    expect(after.saved.followed?.setId).toBe(8n);
    expect(after.troubles).toEqual([]);
  });

  it('goes on by asking when nodes have no subscription', async () => {
    const chain = new GrandpaChain();
    const node = await nodeOf(chain);
    node.lies.grandpa_subscribeJustifications = () => {
      throw new Error('Method not found');
    };
    const { until } = await follow([node]);
    chain.grow(10);
    chain.finalize(10);
    expect((await until(10)).ref.number).toBe(10);
  });

  const strangers = [createVoter(), createVoter(), createVoter(), createVoter()];
  it.each<[string, (chain: GrandpaChain) => Uint8Array]>([
    ['signed by strangers', (chain) => chain.justification(chain.best.number, strangers)],
    ['with too few votes', (chain) => chain.justification(chain.best.number, chain.voters().slice(0, 2))],
    [
      'in which one voter votes many times',
      (chain) => {
        const [first] = chain.voters();
        return chain.justification(chain.best.number, first ? [first, first, first] : []);
      },
    ],
    [
      'with votes for another block',
      (chain) => {
        const voters = chain.voters();
        const { hash } = chain.best;
        return justify(
          { hash, number: 0xffff_fff0 },
          voters.map((voter) => ({ voter, target: chain.best, setId: 0n })),
        );
      },
    ],
    [
      'of a set that never was',
      (chain) => {
        const target = chain.best;
        return justify(
          target,
          chain.voters().map((voter) => ({ voter, target, setId: 9n })),
        );
      },
    ],
    ['that cannot be read', () => Uint8Array.of(1, 2, 3)],
  ])('takes nothing from a node with justifications %s', async (_what, forge) => {
    const chain = new GrandpaChain();
    const honest = await nodeOf(chain);
    const liar = await nodeOf(chain);
    liar.passOn = () => forge(chain);
    liar.lies.grandpa_proveFinality = () => {
      throw new Error('no');
    };
    for (const nodes of [
      [honest, liar],
      [liar, honest],
    ]) {
      const { until, troubles, source } = await follow(nodes);
      await until(chain.finalized);
      chain.add();
      honest.passOn = () => null;
      const proven = chain.finalized;
      chain.finalize();
      honest.lies.chain_getFinalizedHead = () => toHex(chain.at(proven).hash);
      await expect.poll(() => troubles.some(({ message }) => message.includes(liar.url))).toBe(true);
      expect(source.view().block).toBe(proven);
      honest.passOn = (justification) => justification;
      honest.lies = {};
      chain.finalize();
      expect((await until(chain.finalized)).ref.hash).toBe(toHex(chain.best.hash));
    }
    const { source, saved, troubles, until } = await follow([liar]);
    const { finalized } = chain;
    await until(finalized);
    chain.add();
    chain.finalize();
    await expect.poll(() => troubles.length).toBeGreaterThan(0);
    expect((await source.newest().catch(() => null))?.ref.number ?? finalized).toBe(finalized);
    expect(saved.finalized?.number).toBe(finalized);
  });

  it('asks the next one for what the first one to prove a block keeps back', async () => {
    const chain = new GrandpaChain();
    const liar = await nodeOf(chain);
    const honest = await nodeOf(chain);
    const { until, saved } = await follow([liar, honest], { askMs: 3_600_000 });
    chain.add();
    chain.finalize();
    await until(1);
    liar.lies.state_getReadProof = ([, at]) => ({ at, proof: ['0x00'] });
    honest.passOn = () => null;
    chain.add();
    chain.finalize();
    await expect.poll(() => saved.finalized?.number).toBe(2);
    honest.passOn = (justification) => justification;
    chain.finalize();
    expect(await until(2)).toMatchObject({
      ref: { hash: toHex(chain.best.hash) },
      time: CHAIN_BEGINS + 12_000,
    });
  });

  it('does not care for numbers and headers without a proof', async () => {
    const chain = new GrandpaChain();
    const liar = await nodeOf(chain);
    const { source, saved, until } = await follow([liar]);
    chain.add();
    chain.finalize();
    await until(1);
    const forged = { ...headerJson(chain.best), number: '0xfffffff0' };
    liar.lies.chain_getFinalizedHead = () => `0x${'ab'.repeat(32)}`;
    liar.lies.chain_getHeader = () => forged;
    chain.add();
    liar.passOn = () => null;
    chain.finalize();
    await expect.poll(() => source.view().trouble).not.toBeNull();
    expect((await source.newest()).ref.number).toBe(1);
    expect(saved.finalized?.number).toBe(1);
  });

  it('is only late when its one node keeps back what is newer', async () => {
    const chain = new GrandpaChain();
    const node = await nodeOf(chain);
    const { source, until } = await follow([node]);
    chain.add();
    chain.finalize();
    await until(1);
    const old = toHex(chain.best.hash);
    node.lies.chain_getFinalizedHead = () => old;
    node.passOn = () => null;
    chain.grow(30);
    chain.finalize();
    expect((await source.newest()).ref.number).toBe(1);
    const honest = await nodeOf(chain);
    const both = await follow([node, honest], { from: [node] });
    expect((await both.until(30)).ref.number).toBe(30);
  });

  it('does not follow a change by force that the voters made final, and says so', async () => {
    const chain = new GrandpaChain();
    const node = await nodeOf(chain);
    const { troubles, source } = await follow([node]);
    chain.add([changeLog(strangers, 0, 2)]);
    chain.finalize(1);
    await expect.poll(() => troubles.map(({ code }) => code)).toContain('RESCUE_FINALITY_FORCED');
    expect(source.view().block).toBeNull();
  });

  it('takes a change by force that nothing proves for a lie, and says where to look if it is none', async () => {
    const chain = new GrandpaChain();
    const honest = await nodeOf(chain);
    const forged = new GrandpaChain();
    forged.blocks.splice(0, 1, chain.at(0));
    forged.add([changeLog(strangers, 0, 2)]);
    forged.add();
    forged.finalize(2);
    forged.justifications.set(2, forged.justification(2, strangers));
    const liar = await nodeOf(forged);
    const { troubles, until, endpoints } = await follow([liar, honest], { from: [honest] });
    const standing = () => endpoints.known().find(({ name }) => name === liar.url)?.standing;
    await expect.poll(standing).toBe('lying');
    const [lie] = troubles.filter(({ message }) => message.includes('by force in block 1'));
    expect(lie).toMatchObject({
      code: 'RESCUE_NODE_CONTRADICTS',
      message: expect.stringContaining(liar.url),
    });
    expect(troubles.map(({ code }) => code)).not.toContain('RESCUE_FINALITY_FORCED');
    chain.add();
    chain.finalize();
    expect((await until(1)).ref.hash).toBe(toHex(chain.best.hash));
  });

  it('leaves a node for a proof of storage that does not hold', async () => {
    const chain = new GrandpaChain();
    const [liar, honest] = [await nodeOf(chain), await nodeOf(chain)];
    const { until, endpoints } = await follow([liar, honest], { from: [honest] });
    await until(0);
    // It is the only one that tells of the block at first.
    honest.passOn = () => null;
    honest.lies.grandpa_proveFinality = () => null;
    liar.lies.state_getReadProof = ([, at]) => ({ at, proof: ['0x00'] });
    chain.add();
    chain.finalize();
    const standing = () => endpoints.known().find(({ name }) => name === liar.url)?.standing;
    await expect.poll(standing).toBe('lying');
    honest.lies = {};
    expect((await until(1)).time).toBe(CHAIN_BEGINS + 6_000);
  });

  it('tells ancestors of final blocks from others, however old', async () => {
    const chain = new GrandpaChain();
    const node = await nodeOf(chain);
    const { source, until } = await follow([node]);
    chain.grow(100, 10);
    chain.finalize(100);
    await until(100);
    for (const number of [100, 99, 55, 10, 1]) {
      expect(await source.isFinal({ number, hash: toHex(chain.at(number).hash) })).toBe(true);
      expect(await source.isFinal({ number, hash: `0x${'cd'.repeat(32)}` })).toBe(false);
    }
    expect(await source.isFinal({ number: 101, hash: toHex(chain.best.hash) })).toBe(false);
  });

  it('proves a block to others by a later justification that holds as a whole', async () => {
    const chain = new GrandpaChain();
    const node = await nodeOf(chain);
    const { source, until } = await follow([node]);
    chain.grow(10);
    chain.finalize(10);
    await until(10);
    const block = chain.at(7);
    const answer = await source.proveFinality({
      number: 7,
      hash: toHex(block.hash),
      stateRoot: toHex(block.state.root),
    });
    if (!answer) throw new Error('there is no proof');
    const set = { setId: answer.setId, authorities: decodeAuthorities(answer.authorities) };
    expect(verifyFinalityProof(answer.proof, block.encoded, set, verifyWithOpenSsl).number).toBe(10);
    expect(decodeJustification(chain.justification(10)).precommits).toHaveLength(3);
  });
});
