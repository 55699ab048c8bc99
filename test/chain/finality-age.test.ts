import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import type { FinalityOptions } from '../../src/chain/finality/open.ts';
import { PRESENT_MS } from '../../src/domain/chain/present.ts';
import { CHAIN_BEGINS, GrandpaChain } from '../support/grandpa-chain.ts';
import { nodesOf, openFinalityOf } from '../support/grandpa-nodes.ts';

const TOO_LATE = CHAIN_BEGINS + PRESENT_MS + 1;

describe('the age of a final block', () => {
  it('is told of a first checkpoint, which is only watched until a block of the present is proven', async () => {
    const chain = new GrandpaChain();
    chain.grow(700, 100);
    chain.finalize(10);
    const { source, troubles, until } = await openFinalityOf(await nodesOf(chain, 2), {
      now: () => CHAIN_BEGINS + 700 * 6_000,
    });
    expect(await until(10)).toMatchObject({ actable: false, time: CHAIN_BEGINS + 60_000 });
    expect(await source.newest()).toMatchObject({ ref: { number: 10 }, actable: false });
    expect(source.view()).toMatchObject({
      actable: false,
      block: 10,
      trouble: expect.stringContaining('hours old'),
    });
    chain.finalize(20);
    expect(await until(20)).toMatchObject({ actable: false });
    expect(troubles).toMatchObject([
      { code: 'RESCUE_FINALITY_UNPROVEN', message: expect.stringMatching(/block 10 is 1\.\d hours old/) },
    ]);
    chain.finalize(700);
    expect(await until(700)).toMatchObject({ actable: true });
    expect(source.view()).toMatchObject({ actable: true, trouble: null });
  });

  it('of the present is acted upon at once', async () => {
    const chain = new GrandpaChain();
    const { source, troubles } = await openFinalityOf(await nodesOf(chain, 1), { now: () => CHAIN_BEGINS });
    expect(await source.newest()).toMatchObject({ ref: { number: 0 }, actable: true, time: CHAIN_BEGINS });
    expect(troubles).toEqual([]);
  });

  it.each<[string, number, Partial<FinalityOptions>]>([
    ['proven', 4, {}],
    ['agreed on', 0, {}],
    ['believed of one endpoint', 0, { trustSingleEndpoint: true }],
  ])(
    'grows while every endpoint keeps back what is newer, also where it is %s',
    async (_how, voters, options) => {
      const chain = new GrandpaChain(voters);
      let now = CHAIN_BEGINS;
      const nodes = await nodesOf(chain, options.trustSingleEndpoint ? 1 : 2);
      const { source } = await openFinalityOf(nodes, { ...options, now: () => now });
      expect(await source.newest()).toMatchObject({ actable: true });
      now = TOO_LATE;
      expect(await source.newest()).toMatchObject({ ref: { number: 0 }, actable: false });
      expect(source.view()).toMatchObject({ actable: false, trouble: expect.stringContaining('hours old') });
    },
  );

  it.each([0, 1])(
    'is asked of the others when the endpoint at place %i refuses to prove it',
    async (place) => {
      const chain = new GrandpaChain();
      const nodes = await nodesOf(chain, 2);
      const [honest, refusing] = place === 0 ? nodes.toReversed() : nodes;
      if (!honest || !refusing) throw new Error('nodes are missing');
      const { until } = await openFinalityOf(nodes, { now: () => CHAIN_BEGINS });
      refusing.lies.state_getReadProof = () => {
        throw new Error('no');
      };
      // Who refuses is the one that proves the block.
      honest.passOn = () => null;
      chain.add();
      chain.finalize();
      expect(await until(1)).toMatchObject({ time: CHAIN_BEGINS + 6_000, actable: true });
    },
  );

  it('that nobody proves keeps a block from being looked at, until somebody does', async () => {
    const chain = new GrandpaChain();
    const nodes = await nodesOf(chain, 2);
    const { source, until } = await openFinalityOf(nodes, { now: () => CHAIN_BEGINS });
    await until(0);
    for (const node of nodes) {
      node.lies.state_getReadProof = () => {
        throw new Error('no');
      };
    }
    chain.add();
    const justification = toHex(chain.finalize());
    await expect.poll(() => source.view().trouble).toContain('nobody proves the time of relay block 1');
    expect(source.view()).toMatchObject({ block: 0, verified: 1 });
    for (const node of nodes) node.lies = {};
    expect(toHex(chain.finalize())).toBe(justification);
    expect(await until(1)).toMatchObject({ time: CHAIN_BEGINS + 6_000, actable: true });
  });
});
