import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Network, startNetwork } from '../../devnet/network.ts';
import { toHex } from '../../src/bytes/hex.ts';
import type { RuntimePanic } from '../../src/executor/panic.ts';

/** One story on one network, each chapter asserted; the steps depend on each other as they do in life. */
describe('the rescue path on real runtimes', () => {
  let network: Network;
  let panics: RuntimePanic[];

  beforeAll(async () => {
    network = await startNetwork();
    panics = [];
    network.on('collation-failed', (panic) => panics.push(panic));
  });
  afterAll(() => network.close());

  const para = (item: string) => network.readRelay('paras', item, network.paraId);
  const registrar = () =>
    network.readRelay('registrar', 'paras', network.paraId) as { locked: boolean | null };
  const scheduleAsManager = (code: Uint8Array) => {
    const { chain } = network.relay;
    const call = chain.typesOf().call('registrar', 'scheduleCodeUpgrade', network.paraId, toHex(code));
    network.submit(chain, call, network.manager);
    network.nextBlock();
  };

  it('goes from good through locked, unlocked, broken and dead to rescued and locked again', async () => {
    // The first included head locked the para; the manager may do nothing.
    expect(registrar().locked).toBe(true);
    const fixed = await network.artifacts.read('para-fixed');
    scheduleAsManager(fixed);
    expect(para('futureCodeHash')).toBeNull();

    // The living para unlocks itself by XCM, and later heads leave that alone.
    await network.unlockPara();
    network.nextBlock();
    expect(registrar().locked).toBe(false);

    // A real upgrade ships the broken runtime; three para blocks later it panics for good.
    const { codeHash } = await network.faults.breakRuntime();
    expect(codeHash).toBe(await network.codeHash('para-broken'));
    await network.produceUntil(() => panics.length >= 3, 20, 'the broken runtime panicking');
    expect(panics.at(-1)?.message).toMatch(/heartbeat/);
    const deadAt = network.para.chain.best.number;
    const lastContext = para('mostRecentContext');
    for (let count = 0; count < 5; count += 1) network.nextBlock();
    expect(network.para.chain.best.number).toBe(deadAt);
    expect(para('mostRecentContext')).toBe(lastContext);

    // The manager of the unlocked para schedules the fix: it applies at the expected block, without any para block.
    await network.produceUntil(
      () => para('upgradeRestrictionSignal') === null,
      20,
      'the upgrade cooldown ending',
    );
    scheduleAsManager(fixed);
    const fixedHash = await network.codeHash('para-fixed');
    expect(para('futureCodeHash')).toBe(fixedHash);
    const scheduledAt = network.relay.chain.best.number;
    await network.produceUntil(
      () => para('currentCodeHash') === fixedHash,
      40,
      'the relay switching the code',
    );
    expect(network.relay.chain.best.number - scheduledAt).toBe(2 * 4);
    expect(network.para.chain.best.number).toBe(deadAt);

    // Without the substitute nodes still run the broken code from the para's state, and nothing is included.
    for (let count = 0; count < 3; count += 1) network.nextBlock();
    expect(network.para.chain.best.number).toBe(deadAt);
    network.installSubstitute(deadAt, fixed);
    await network.produceUntil(() => network.para.chain.best.number >= deadAt + 3, 20, 'first heads');
    expect(registrar().locked).toBe(false);
  });
});
