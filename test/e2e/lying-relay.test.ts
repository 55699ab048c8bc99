import { afterEach, describe, expect, it } from 'vitest';
import { castVote } from '../../src/client/acts.ts';
import type { ServiceEvent } from '../../src/domain/events.ts';
import { toJson } from '../../src/domain/json.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { HostileNode } from '../support/hostile-node.ts';
import { openScene, type Scene } from './scene.ts';

describe('a service with one lying relay endpoint of two', () => {
  let scene: Scene | null = null;
  let liar: HostileNode | null = null;
  afterEach(async () => {
    await scene?.close();
    await liar?.close();
    scene = null;
    liar = null;
  });

  /** Opens the service with the liar at this place. */
  const openWith = async (place: number): Promise<{ scene: Scene; bad: HostileNode }> => {
    let bad: HostileNode | null = null;
    const opened = await openScene({
      unlocked: true,
      relay: async (url) => {
        bad = await HostileNode.inFrontOf(url);
        return place === 0 ? [bad.url, url] : [url, bad.url];
      },
    });
    scene = opened;
    if (!bad) throw new Error('the relay endpoints were not asked for');
    liar = bad;
    return { scene: opened, bad };
  };
  const eventsOf = async ({ client }: Scene): Promise<ServiceEvent[]> => {
    const events: ServiceEvent[] = [];
    const stop = new AbortController();
    for await (const event of client.events({ after: 0, signal: stop.signal })) {
      events.push(event);
      if (event.type === 'state-changed' && event.data.to === 'upgrading.awaitingFirstHeads') stop.abort();
    }
    return events;
  };

  it.each([0, 1])(
    'carries the decision out, whatever that one says to the extrinsic (place %i)',
    async (place) => {
      const { scene, bad } = await openWith(place);
      const { network, client } = scene;
      bad.intercept = (method) =>
        method === 'author_submitExtrinsic'
          ? { error: { code: 1010, message: 'Invalid Transaction', data: 'Transaction has a bad signature' } }
          : undefined;
      bad.tamper = (method, message) =>
        method === 'system_accountNextIndex' ? { ...message, result: Number(message.result) + 5 } : message;
      await scene.optIn();
      await scene.breakPara();
      const proposal = await scene.propose();
      await scene.until((para) => para.state === 'voting', 3);
      for (const { uri } of network.holders) {
        await castVote(client, proposal, signerFromUri(uri), 'aye');
      }
      await scene.until((para) => para.state === 'upgrading.awaitingFirstHeads');
      const events = await eventsOf(scene);
      expect(events.filter(({ type }) => type === 'step-lost')).toEqual([]);
      expect(events.some(({ type }) => type === 'step-done')).toBe(true);
      expect(toJson(events)).not.toMatch(/127\.0\.0\.1|ws:\/\//);
    },
  );

  it('names an endpoint that stays behind by its place, in status and in one event', async () => {
    const { scene, bad } = await openWith(1);
    const { network, client } = scene;
    const { hash } = network.relay.chain.finalized;
    bad.intercept = (method) => (method === 'chain_getFinalizedHead' ? { result: hash } : undefined);
    bad.tamper = (method, message) => (method === 'chain_finalizedHead' ? null : message);
    for (;;) {
      await scene.block();
      const { endpoints = [] } = await client.status();
      if (endpoints.some(({ standing }) => standing === 'lagging')) break;
    }
    const status = await client.status();
    expect(status.endpoints).toMatchObject([
      { chain: 'relay', name: 'relay endpoint 1 of 2', standing: 'good', reason: null },
      { chain: 'relay', name: 'relay endpoint 2 of 2', standing: 'lagging' },
      { chain: 'para 2000', name: 'para 2000 endpoint 1 of 1' },
    ]);
    expect(toJson(status)).not.toMatch(/127\.0\.0\.1|ws:\/\//);
    const stop = new AbortController();
    for await (const event of client.events({ after: 0, signal: stop.signal })) {
      if (event.type !== 'endpoint-standing') continue;
      expect(event).toMatchObject({
        severity: 'warning',
        data: { endpoint: 'relay endpoint 2 of 2', standing: 'lagging', reason: expect.any(String) },
      });
      stop.abort();
    }
  });
});
