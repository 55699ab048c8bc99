import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Network, startNetwork } from '../../devnet/network.ts';
import { createEndpointKeeper, type EndpointKeeper } from '../../src/chain/nodes/endpoint-keeper.ts';
import { placeName } from '../../src/chain/nodes/endpoint-names.ts';
import { Endpoints, hashSchema } from '../../src/chain/nodes/endpoints.ts';
import type { EndpointStatus } from '../../src/domain/views/endpoints.ts';
import { HostileNode, type Tamper } from '../support/hostile-node.ts';

const MINUTE = 60_000;
const honest: Tamper = (_method, message) => message;

describe.each(['relay', 'para 2000'] as const)(
  'the endpoints of the %s, compared at final blocks',
  (chain) => {
    let network: Network;
    let bad: HostileNode;
    let good: HostileNode;
    let open: Endpoints[];
    let time: number;
    let changes: string[];

    beforeAll(async () => {
      network = await startNetwork();
    });
    afterAll(() => network.close());
    beforeEach(async () => {
      const { url } = side();
      [bad, good] = await Promise.all([HostileNode.inFrontOf(url), HostileNode.inFrontOf(url)]);
      open = [];
      time = 0;
      changes = [];
    });
    afterEach(async () => {
      await Promise.all(open.map((endpoints) => endpoints.close()));
      await Promise.all([bad.close(), good.close()]);
    });

    const side = () => (chain === 'relay' ? network.relay : network.para);
    const keep = (nodes: readonly HostileNode[]) => {
      const endpoints = new Endpoints({
        urls: nodes.map(({ url }) => url),
        name: placeName(chain),
        // Nobody is silent here but by hanging up: on a busy machine an honest answer takes long.
        requestTimeoutMs: 10_000,
        now: () => time,
      });
      open.push(endpoints);
      const keeper = createEndpointKeeper({
        endpoints,
        chain,
        now: () => time,
        onChange: ({ name, standing }) => changes.push(`${name}: ${standing}`),
      });
      return { endpoints, keeper };
    };
    /** Blocks one after the other, each looked at. */
    const build = async (keeper: EndpointKeeper, blocks: number) => {
      for (let block = 0; block < blocks; block += 1) {
        const before = side().chain.finalized.number;
        while (side().chain.finalized.number === before) network.nextBlock();
        await look(keeper);
      }
    };
    const look = async (keeper: EndpointKeeper) => {
      time += 6_000;
      keeper.note(side().chain.finalized);
      await keeper.idle();
    };
    /** Hangs up at whatever it is asked, until it rises. */
    const falls = (node: HostileNode) => {
      node.intercept = () => {
        node.hangUp();
        return null;
      };
      node.hangUp();
    };
    const rises = (node: HostileNode) => {
      node.intercept = () => undefined;
    };
    const placeOf = (nodes: readonly HostileNode[], node: HostileNode): number => nodes.indexOf(node);
    const of = (keeper: EndpointKeeper, place: number): EndpointStatus => {
      const status = keeper.status()[place];
      if (!status) throw new Error('there is no such endpoint');
      return status;
    };
    /** Which node is asked when anything is wanted. */
    const asked = async (endpoints: Endpoints): Promise<HostileNode | null> => {
      const before = [bad.requests.length, good.requests.length];
      await endpoints.use((node) => node.ask(hashSchema, 'chain_getBlockHash', 0));
      if (bad.requests.length > (before[0] ?? 0)) return bad;
      return good.requests.length > (before[1] ?? 0) ? good : null;
    };
    const orders = (): [string, readonly HostileNode[]][] => [
      ['first', [bad, good]],
      ['last', [good, bad]],
    ];

    it('are good, at no lag and with all heads, as long as they are', async () => {
      const { keeper } = keep([bad, good]);
      await build(keeper, 24);
      expect(keeper.status()).toMatchObject([
        { chain, name: `${chain} endpoint 1 of 2`, standing: 'good', reason: null, lag: 0, lies: 0 },
        { chain, name: `${chain} endpoint 2 of 2`, standing: 'good', heads: { of: 23 } },
      ]);
      expect(changes).toEqual([]);
    });

    it.each([0, 1])(
      'notice one that passes on one head of eight, whichever place it has (%i)',
      async (order) => {
        const nodes = orders()[order]?.[1] ?? [];
        bad.tamper = (method, message) => {
          if (method !== 'chain_finalizedHead') return message;
          const { number } = (message.params?.result ?? {}) as { readonly number: string };
          return Number(number) % 8 === 0 ? message : null;
        };
        const { keeper, endpoints } = keep(nodes);
        await build(keeper, 26);
        const status = of(keeper, placeOf(nodes, bad));
        expect(status).toMatchObject({ standing: 'lagging', reason: expect.stringMatching(/few/) });
        expect(status.heads?.passed).toBeLessThanOrEqual(4);
        expect(of(keeper, placeOf(nodes, good)).standing).toBe('good');
        expect(changes).toEqual([`${status.name}: lagging`]);
        expect(await asked(endpoints)).toBe(good);
        bad.tamper = honest;
        await build(keeper, 26);
        expect(of(keeper, placeOf(nodes, bad)).standing).toBe('good');
      },
    );

    it('notice it also when there is no other to compare it with', async () => {
      bad.tamper = (method, message) => {
        if (method !== 'chain_finalizedHead') return message;
        const { number } = (message.params?.result ?? {}) as { readonly number: string };
        return Number(number) % 8 === 0 ? message : null;
      };
      const { keeper } = keep([bad]);
      await build(keeper, 26);
      expect(keeper.status()).toMatchObject([{ standing: 'lagging' }]);
    });

    it.each([0, 1])(
      'leave one that stays behind, and take it back when it has caught up (%i)',
      async (order) => {
        const nodes = orders()[order]?.[1] ?? [];
        const { keeper, endpoints } = keep(nodes);
        await build(keeper, 2);
        const { hash } = side().chain.finalized;
        bad.tamper = (method, message) => {
          if (method === 'chain_finalizedHead') return null;
          return method === 'chain_getFinalizedHead' ? { ...message, result: hash } : message;
        };
        await build(keeper, 20);
        const behind = of(keeper, placeOf(nodes, bad));
        expect(behind).toMatchObject({
          standing: 'lagging',
          lag: 20,
          reason: expect.stringMatching(/behind/),
        });
        expect(await asked(endpoints)).toBe(good);
        bad.tamper = honest;
        await build(keeper, 1);
        // It is there again, but one good look is not enough.
        expect(of(keeper, placeOf(nodes, bad))).toMatchObject({ standing: 'lagging', lag: 0 });
        await build(keeper, 26);
        expect(of(keeper, placeOf(nodes, bad))).toMatchObject({ standing: 'good', reason: null });
        expect(changes).toEqual([`${behind.name}: lagging`, `${behind.name}: good`]);
      },
    );

    it.each([0, 1])('ask a liar nothing at all for a while, and then only last (%i)', async (order) => {
      const nodes = orders()[order]?.[1] ?? [];
      const { keeper, endpoints } = keep(nodes);
      await build(keeper, 2);
      bad.tamper = (method, message) =>
        method === 'chain_getBlockHash' ? { ...message, result: `0x${'5a'.repeat(32)}` } : message;
      await build(keeper, 1);
      bad.tamper = honest;
      const liar = of(keeper, placeOf(nodes, bad));
      expect(liar).toMatchObject({ standing: 'lying', score: 0, lies: 1 });
      expect(liar.reason).toMatch(/0x5a5a.* final at .* block \d+, but 0x/);
      // Not even when nobody else is there.
      falls(good);
      const heard = bad.requests.length;
      await expect(asked(endpoints)).rejects.toMatchObject({ code: 'RESCUE_NODE_UNREACHABLE' });
      expect(await endpoints.survey((node) => node.ask(hashSchema, 'chain_getFinalizedHead'))).toHaveLength(
        1,
      );
      expect(bad.requests.length).toBe(heard);
      rises(good);
      time += 11 * MINUTE;
      await build(keeper, 4);
      expect(of(keeper, placeOf(nodes, bad)).standing).toBe('probation');
      expect(await asked(endpoints)).toBe(good);
      await build(keeper, 20);
      expect(of(keeper, placeOf(nodes, bad)).standing).toBe('good');
      expect(changes.filter((change) => change.startsWith(liar.name))).toEqual([
        `${liar.name}: lying`,
        `${liar.name}: probation`,
        `${liar.name}: good`,
      ]);
    });

    it('are not called liars for another block where none is proven', async () => {
      const { keeper } = keep([bad, good]);
      bad.tamper = (method, message) =>
        method === 'chain_getBlockHash' && message.result !== side().chain.genesisHash
          ? { ...message, result: `0x${'5a'.repeat(32)}` }
          : message;
      for (let block = 0; block < 3; block += 1) {
        network.nextBlock();
        time += 6_000;
        keeper.note({ ...side().chain.finalized, isProven: false });
        await keeper.idle();
      }
      expect(keeper.status()).toMatchObject([{ standing: 'good' }, { standing: 'good' }]);
    });

    it('leave a liar for longer each time', async () => {
      const { keeper } = keep([bad, good]);
      await build(keeper, 1);
      const lie: Tamper = (method, message) =>
        method === 'chain_getBlockHash' ? { ...message, result: `0x${'5a'.repeat(32)}` } : message;
      for (let times = 0; times < 2; times += 1) {
        bad.tamper = lie;
        await build(keeper, 1);
        bad.tamper = honest;
        await build(keeper, 1);
      }
      time += 11 * MINUTE;
      await build(keeper, 1);
      expect(of(keeper, 0).standing).toBe('lying');
      time += 10 * MINUTE;
      await build(keeper, 1);
      expect(of(keeper, 0).standing).toBe('probation');
    });

    it('name one that comes and goes once, not at each of its moods', async () => {
      const { keeper } = keep([bad, good]);
      await build(keeper, 2);
      for (let mood = 0; mood < 10; mood += 1) {
        falls(bad);
        await build(keeper, 1);
        rises(bad);
        await build(keeper, 1);
      }
      expect(changes).toEqual([`${of(keeper, 0).name}: unreachable`]);
      await build(keeper, 3);
      expect(changes).toHaveLength(2);
    });

    it('are surveyed once a block and never faster than the pause, however many blocks come', async () => {
      const { keeper } = keep([good]);
      await build(keeper, 1);
      const surveys = () => good.requests.filter((method) => method === 'chain_getFinalizedHead').length;
      const before = surveys();
      await look(keeper);
      expect(surveys()).toBe(before);
      for (let block = 0; block < 50; block += 1) {
        network.nextBlock();
        keeper.note(side().chain.finalized);
        await keeper.idle();
      }
      expect(surveys()).toBeLessThanOrEqual(before + 1);
    });
  },
);
