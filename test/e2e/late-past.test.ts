import { afterEach, describe, expect, it } from 'vitest';
import { askUntil } from '../support/ask-until.ts';
import { HostileNode } from '../support/hostile-node.ts';
import { withholdPast } from '../support/turn-hostile.ts';
import { openScene, type Scene } from './scene.ts';

describe('a service that sees the relay chain again, but cannot take in yet what came meanwhile', () => {
  let scene: Scene | null = null;
  const fronts: HostileNode[] = [];
  afterEach(async () => {
    await scene?.close();
    for (const front of fronts.splice(0)) await front.close();
  });

  it('does not call the para healthy by what was so before', async () => {
    const stand = async (truth: string, port?: number): Promise<HostileNode> => {
      const front = await HostileNode.inFrontOf(truth, port);
      fronts.push(front);
      return front;
    };
    scene = await openScene({
      unlocked: false,
      blindAfterSeconds: 2,
      relay: async (url) => [(await stand(url)).url],
    });
    const { network, client } = scene;
    expect((await scene.block()).condition.is).toBe('healthy');
    const port = Number(new URL(fronts[0]?.url ?? '').port);
    await fronts[0]?.close();
    network.faults.stopCollators();
    for (let blocks = 0; blocks < 20; blocks += 1) network.nextBlock();
    await askUntil(
      () => client.status(),
      ({ sight }) => sight.blind !== null,
    );

    const front = await stand(network.relay.url, port);
    withholdPast(front, network.relay.chain);
    network.run(300);
    const back = await askUntil(
      () => client.status(),
      ({ sight }) => sight.blind === null,
    );
    expect(back.paras[0]?.condition).toMatchObject({
      is: 'unknown',
      sentence: expect.stringMatching(/the newest that could be taken in for it/),
    });

    front.intercept = () => undefined;
    front.hangUp();
    const { condition } = await askUntil(
      () => client.para(network.paraId),
      ({ condition }) => condition.is !== 'unknown',
    );
    expect(condition.is).toBe('stalled');
  }, 120_000);
});
