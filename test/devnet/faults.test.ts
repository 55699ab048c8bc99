import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Network, startNetwork } from '../../devnet/network.ts';
import { encodeText } from '../../src/bytes/bytes.ts';
import { type Hex, toHex } from '../../src/bytes/hex.ts';
import { relabelled } from '../../src/code/relabel.ts';
import type { RuntimePanic } from '../../src/executor/panic.ts';
import { RawClient } from '../support/devnet-client.ts';

describe('faults of the embedded network', () => {
  let network: Network;
  beforeAll(async () => {
    network = await startNetwork();
    await network.unlockPara();
  });
  afterAll(() => network.close());
  beforeEach(() =>
    network.produceUntil(() => para('upgradeRestrictionSignal') === null, 40, 'no restriction'),
  );

  const para = (item: string) => network.readRelay('paras', item, network.paraId);
  const produce = (blocks: number) => {
    for (let count = 0; count < blocks; count++) network.nextBlock();
  };
  const schedule = (code: Uint8Array) => {
    const { chain } = network.relay;
    const call = chain.typesOf().call('registrar', 'scheduleCodeUpgrade', network.paraId, toHex(code));
    network.submit(chain, call, network.manager);
  };

  it('stopped collators: the para stands still, its core stays, and it goes on with them', async () => {
    network.faults.stopCollators();
    const [context, head] = [para('mostRecentContext'), para('heads')];
    produce(5);
    expect([para('mostRecentContext'), para('heads')]).toEqual([context, head]);
    const queue = network.relay.chain.call('ParachainHost_claim_queue', new Uint8Array());
    // The id of para 2000, little-endian, stands in the claim queue.
    expect(toHex(queue)).toContain('d0070000');
    network.faults.startCollators();
    await network.produceUntil(() => Number(para('mostRecentContext')) > Number(context), 5, 'a new head');
  });

  it('lagging finality: the best block goes on, the finalized ones of both chains wait', () => {
    const { relay, para: parachain } = network;
    network.faults.lagFinality(7);
    const finalized = [relay.chain.finalized.number, parachain.chain.finalized.number];
    produce(6);
    expect([relay.chain.finalized.number, parachain.chain.finalized.number]).toEqual(finalized);
    produce(4);
    expect(relay.chain.best.number - relay.chain.finalized.number).toBe(7);
    network.faults.lagFinality(0);
    produce(1);
    expect(relay.chain.finalized.number).toBe(relay.chain.best.number);
    expect(parachain.chain.finalized.number).toBe(parachain.chain.best.number);
  });

  describe('a code that validators reject', () => {
    // The next included head takes the signal away: it stays visible while nothing is included.
    beforeEach(() => network.faults.stopCollators());
    afterEach(() => {
      network.faults.startCollators();
      network.faults.rejectPvf(false);
    });

    const expectAbort = async (code: Uint8Array) => {
      const current = para('currentCodeHash');
      schedule(code);
      await network.produceUntil(() => para('futureCodeHash') !== null, 3, 'the scheduled upgrade');
      await network.produceUntil(() => para('futureCodeHash') === null, 30, 'a decision');
      expect(para('upgradeGoAheadSignal')).toBe('Abort');
      expect(para('currentCodeHash')).toBe(current);
    };

    it('is called off with Abort, when they are told to reject', async () => {
      network.faults.rejectPvf(true);
      await expectAbort(await network.artifacts.read('para-next'));
    });

    it('is called off with Abort, when it does not compile', async () => {
      await expectAbort(encodeText('this is no runtime, however long it may be made to look'));
    });
  });

  it('substitutes: one for a later block or another version is ignored, a foreign one stops inclusion', async () => {
    const other = await startNetwork();
    const { chain } = other.para;
    const onChain = chain.codeHashOf();
    const next = await other.artifacts.read('para-next');
    // Version 1002 is not the one on chain, and the block is far away.
    other.installSubstitute(0, next);
    other.installSubstitute(10_000, relabelled(next, 1000));
    const before = chain.best.number;
    await other.produceUntil(() => chain.best.number >= before + 2, 4, 'the para going on');
    expect(chain.codeHashOf()).toBe(onChain);
    // Now the label fits, but the hash is not the relay's: collators build, and nothing of it is included.
    other.installSubstitute(0, relabelled(next, 1000));
    expect(chain.codeHashOf()).not.toBe(onChain);
    const dead = chain.best.number;
    for (let count = 0; count < 4; count++) other.nextBlock();
    expect(chain.best.number).toBe(dead);
    await other.close();
  });

  it('a broken runtime: a real upgrade by way of the relay, two more blocks, then a panic in every attempt', async () => {
    const panics: RuntimePanic[] = [];
    network.on('collation-failed', (panic) => panics.push(panic));
    const { codeHash } = await network.faults.breakRuntime();
    expect(para('currentCodeHash')).toBe(codeHash);
    await network.produceUntil(() => panics.length > 0, 20, 'the panic');
    const { chain } = network.para;
    const beat = (item: string) =>
      Number(chain.typesOf().read(chain.stateOf(chain.best), 'heartbeat', item)?.toString());
    expect(chain.best.number + 1).toBe(beat('windowEnd'));
    expect(chain.runtimeOf().version.specVersion).toBe(1001);
    produce(3);
    expect(panics).toHaveLength(4);
    for (const panic of panics)
      expect(panic).toMatchObject({ call: 'Core_initialize_block', code: 'RESCUE_EXECUTION_FAILED' });
    expect(panics[0]?.panic).toMatch(/heartbeat: the window ends after the current block/);
    // The dead chain still answers, with the state at its last head.
    const head = chain.typesOf().read(chain.stateOf(chain.best), 'system', 'number')?.toString();
    expect(Number(head)).toBe(chain.best.number);
    expect(para('heads')).toBe(toHex(chain.best.encodedHeader) as Hex);
  });
});

describe('a relay chain that has lost its runtime', () => {
  it('gets no block, says why at each attempt, and can still be asked and closed', async () => {
    const network = await startNetwork();
    const { chain } = network.relay;
    network.queueSudo(chain, 'system', 'setCodeWithoutChecks', '0x00');
    await network.produceUntil(() => chain.pool.size === 0, 3, 'the code that is none');
    const { best } = chain;
    expect(() => network.nextBlock()).toThrow('This code does not compile as a runtime');
    const failed = once(network, 'production-failed');
    network.run(5);
    expect((await failed)[0]).toMatchObject({ code: 'RESCUE_CODE_INVALID' });
    expect(chain.best).toBe(best);
    const client = await RawClient.open(network.relay.url);
    expect((await client.ask('chain_getBlockHash')).result).toBe(best.hash);
    expect((await client.ask('state_getMetadata')).error?.message).toMatch(/does not compile/);
    await client.close();
    await network.close();
  });
});
