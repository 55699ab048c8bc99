import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Network, startNetwork } from '../../../devnet/network.ts';
import { nextBlock } from '../../../src/blocks/next-block.ts';
import { type Point, pointOf, relayPoint } from '../../../src/blocks/point.ts';
import { toHex } from '../../../src/bytes/hex.ts';
import { type Fork, openFork } from '../../../src/chain/fork/open-fork.ts';
import { Endpoints } from '../../../src/chain/nodes/endpoints.ts';
import { cryptoReady } from '../../../src/executor/host/hashing.ts';
import { type RemoteState, runTask } from '../../../src/executor/remote/remote-state.ts';
import type { State } from '../../../src/executor/storage/state.ts';
import { finish, type Task } from '../../../src/executor/task.ts';
import { encodeHeader } from '../../../src/proof/index.ts';
import type { Chain } from '../../../src/sandbox/chain/chain.ts';
import { stateOf } from '../../support/begin-block.ts';

const PARA_ID = 2000;
const TIME = 1_796_083_200_000;

describe('whole blocks on a fork', () => {
  let network: Network;
  let relay: Endpoints;
  let para: Endpoints;
  beforeAll(async () => {
    await cryptoReady();
    network = await startNetwork();
    for (let count = 0; count < 4; count += 1) network.nextBlock();
    relay = new Endpoints({ urls: [network.relay.url] });
    para = new Endpoints({ urls: [network.para.url] });
  });
  afterAll(async () => {
    await Promise.all([relay.close(), para.close()]);
    await network.close();
  });

  /** The next block of the para, and two of the relay chain, one on top of the other; and each encoded header. */
  function* blocks(paraState: State, relayState: State): Task<readonly string[]> {
    const { best: paraBest } = network.para.chain;
    const { best: relayBest } = network.relay.chain;
    let point: Point<State> = yield* pointOf(relayBest.header, relayState);
    const para = { id: PARA_ID, relay: relayPoint(point) };
    const onPara = { point: yield* pointOf(paraBest.header, paraState), para };
    const built = [(yield* nextBlock(onPara, { time: TIME })).header];
    for (const time of [TIME, TIME + 6_000]) {
      const block = yield* nextBlock({ point }, { time });
      built.push(block.header);
      point = yield* pointOf(block.header, block.state);
    }
    return built.map((header) => toHex(encodeHeader(header)));
  }

  const whole = (chain: Chain): State => chain.stateOf(chain.best);
  const forkOf = (endpoints: Endpoints, chain: Chain): [Fork, RemoteState] => {
    const fork = openFork(endpoints, stateOf(chain));
    return [fork, fork.state()];
  };

  it('of a para read two states at once, and have the roots that they have on the whole states', async () => {
    const expected = finish(blocks(whole(network.para.chain), whole(network.relay.chain)));
    const [paraFork, paraState] = forkOf(para, network.para.chain);
    const [relayFork, relayState] = forkOf(relay, network.relay.chain);
    const built = await runTask([paraState, relayState], blocks(paraState.storage, relayState.storage));
    expect(built).toEqual(expected);
    expect(new Set(built).size).toBe(3);
    expect(paraFork.figures().requests).toBeLessThan(15);
    expect(relayFork.figures().requests).toBeLessThan(25);
  });

  it('could not be built when a task needs a state that it was not given', async () => {
    const [, paraState] = forkOf(para, network.para.chain);
    const [, relayState] = forkOf(relay, network.relay.chain);
    const task = blocks(paraState.storage, relayState.storage);
    await expect(runTask([paraState], task)).rejects.toMatchObject({ code: 'RESCUE_INTERNAL' });
  });
});
