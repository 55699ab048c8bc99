import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Network, PARA_ID, startNetwork } from '../../devnet/network.ts';
import { encodeText } from '../../src/bytes/bytes.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import type { RelayBlockRef } from '../../src/domain/chain/observation.ts';
import type { RescueError } from '../../src/domain/errors.ts';
import { RpcError } from '../../src/sandbox/rpc/rpc-error.ts';
import type { RpcServer } from '../../src/sandbox/rpc/server.ts';
import { createNextBlockTrial } from '../../src/trial/next-block-trial.ts';
import { createTrialThread } from '../../src/trial/try-para.ts';
import { stateInstead, withValue } from '../support/forged-state.ts';

describe('the next block, tried by what endpoints prove', () => {
  let network: Network;
  let liar: RpcServer;
  let relayLiar: RpcServer;
  beforeAll(async () => {
    network = await startNetwork();
    for (let block = 0; block < 3; block++) network.nextBlock();
    liar = await network.openNode(network.para);
    relayLiar = await network.openNode(network.relay);
  });
  afterEach(() => {
    liar.filter = (_method, _params, result) => result;
    relayLiar.filter = liar.filter;
  });
  afterAll(async () => {
    await network.close();
  });

  const finalized = (): RelayBlockRef => {
    const { number, hash, header } = network.relay.chain.finalized;
    return { number, hash, stateRoot: toHex(header.stateRoot) };
  };
  const troubles: RescueError[] = [];
  const verdict = async (para: readonly string[], relay: readonly string[] = [network.relay.url]) => {
    troubles.length = 0;
    const options = { requestTimeoutMs: 5_000, onTrouble: (trouble: RescueError) => troubles.push(trouble) };
    const chains = [new Endpoints({ urls: relay, ...options }), new Endpoints({ urls: para, ...options })];
    const [relayNodes, paraNodes] = chains as [Endpoints, Endpoints];
    // What one thread was proven once it does not ask for again.
    const thread = createTrialThread();
    try {
      const trial = createNextBlockTrial({ paraId: PARA_ID, relay: relayNodes, para: paraNodes, thread });
      return await trial(finalized());
    } finally {
      await Promise.all([thread, ...chains].map((opened) => opened.close()));
    }
  };

  it('is accepted on a living para', async () => {
    expect(await verdict([network.para.url])).toEqual({ kind: 'accepted' });
  });

  it('could not be tried when the node proves nothing: that is no failure of the block', async () => {
    liar.filter = (method, _params, result) => {
      if (method === 'state_getReadProof') throw new RpcError(4003, 'Client error: State already discarded');
      return result;
    };
    await expect(verdict([liar.url])).rejects.toMatchObject({ code: expect.stringMatching(/^RESCUE_NODE_/) });
    expect(await verdict([liar.url, network.para.url])).toEqual({ kind: 'accepted' });
  });

  it.each(['para', 'relay'] as const)('is not what a lying node of the %s makes of it', async (chain) => {
    const at = network[chain].chain;
    const forged = withValue(
      at.stateOf(at.finalized),
      encodeText(':code'),
      await network.artifacts.read('para-broken'),
    );
    const node = chain === 'para' ? liar : relayLiar;
    node.filter = stateInstead(at, forged);
    const urls = (own: string, honest: string) => [own, honest];
    const [para, relay] =
      chain === 'para'
        ? [urls(liar.url, network.para.url), [network.relay.url]]
        : [[network.para.url], urls(relayLiar.url, network.relay.url)];
    expect(await verdict(para, relay)).toEqual({ kind: 'accepted' });
    expect(troubles.map(({ message }) => message).join()).toContain(node.url);
    const alone = chain === 'para' ? verdict([liar.url]) : verdict([network.para.url], [relayLiar.url]);
    await expect(alone).rejects.toMatchObject({ code: 'RESCUE_NODE_CONTRADICTS' });
  });

  it('is the panic of a runtime that broke, in its own words', async () => {
    const panics: unknown[] = [];
    network.on('collation-failed', (panic) => panics.push(panic));
    await network.faults.breakRuntime();
    await network.produceUntil(() => panics.length > 0, 20, 'the broken runtime panicking');
    const failed = await verdict([network.para.url]);
    expect(failed).toMatchObject({ kind: 'failed', stage: 'initialize', block: 1 });
    if (failed.kind !== 'failed') throw new Error('it was accepted');
    expect(failed.words).toMatch(/heartbeat: the window ends after the current block/);
    expect(failed.words).not.toMatch(/backtrace|\n/i);
  });
});
