import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { agreeOnCheckpoint } from '../../src/chain/finality/checkpoint.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import { GrandpaChain, GrandpaNode, headerJson } from '../support/grandpa-chain.ts';
import { nodesOf, openFinalityOf } from '../support/grandpa-nodes.ts';

describe('a relay chain without proofs', () => {
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
      const { until, source, troubles, notices } = await openFinalityOf(nodes);
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
    await expect(openFinalityOf([one, two, honest])).rejects.toMatchObject({
      code: 'RESCUE_CHECKPOINT_INVALID',
      message: expect.stringContaining('disagree'),
    });
    await honest.close();
    for (const nodes of [
      [one, honest],
      [one, two, honest],
    ]) {
      await expect(openFinalityOf(nodes)).rejects.toMatchObject({
        code: 'RESCUE_CHECKPOINT_INVALID',
        message: expect.stringContaining(honest.url),
      });
    }
    // Who says how many are enough has said so.
    expect((await openFinalityOf([one, two, honest], { agreement: 2 })).source.view().trust).toBe('agreed');
  });

  it('does not go on when one of two lies, in either order', async () => {
    const chain = new GrandpaChain(0);
    const [one, two] = await nodesOf(chain, 2);
    if (!one || !two) throw new Error('nodes are missing');
    const { until, source, troubles } = await openFinalityOf([one, two]);
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
    const watched = await openFinalityOf([node]);
    expect(watched.notices.join()).toContain('nothing is done');
    expect(await watched.source.newest()).toMatchObject({ trust: 'assumed', actable: false });
    const trusted = await openFinalityOf([node], { trustSingleEndpoint: true });
    expect(await trusted.source.newest()).toMatchObject({ trust: 'assumed', actable: true });
    await expect(openFinalityOf([node], { finality: 'proven' })).rejects.toMatchObject({
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
