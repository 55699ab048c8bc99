import { describe, expect, it } from 'vitest';
import type { RecoveryFacts } from '../../machines/facts.ts';
import { roundId } from '../../src/domain/round/round-id.ts';
import type { Hex } from '../../src/domain/units.ts';
import { ANCHOR, type Driver, facts, hash, OPTED_IN, POLICY, saved, startDriver } from './machine-driver.ts';

/** The head stands still from context 45 on; the driver's policy calls it stalled at 55. */
const OTHER = { hash: hash('7'), number: 38 };
const idOf = (opening: number, counter: number, policy: Hex = OPTED_IN.hash) =>
  roundId({
    relayGenesis: POLICY.relayGenesis as Hex,
    paraId: 2000,
    policy,
    anchor: ANCHOR.head.hash,
    opening,
    counter,
  });
const contextOf = (driver: Driver) => driver.actor.getSnapshot().context;

/** Observes blocks until the rescue is open, and freezes the anchor. @returns the block after the last one */
async function open(driver: Driver, from: number, change: Partial<RecoveryFacts> = {}): Promise<number> {
  for (let block = from; block < from + 20; block += 1) {
    if (driver.observe(facts(block, change)) !== 'optInRescue') continue;
    await driver.actors.succeed('freezeAnchor');
    return block + 1;
  }
  throw new Error(`no rescue is open, the machine is in ${driver.state()}`);
}

describe('the id of the round that the machine opens', () => {
  it('is the same however late the machine was started', async () => {
    for (const first of [46, 54, 55, 80, 500]) {
      const driver = startDriver();
      await open(driver, first);
      expect(contextOf(driver)).toMatchObject({ round: 1, opening: 55, roundId: idOf(55, 1) });
    }
  });

  it('is another one in each round, and is kept by a restart in the middle of freezing', async () => {
    const driver = startDriver();
    await open(driver, 55);
    driver.observe(facts(70, { proposals: 1 }));
    driver.observe(
      facts(71, {
        round: {
          clock: { openedAt: 70, closesAt: 71, quorateSince: null, extended: false },
          decision: { kind: 'rejected' },
          codeHash: null,
        },
      }),
    );
    expect(contextOf(driver)).toMatchObject({ round: 2, roundId: idOf(55, 2) });
    const again = startDriver(saved(driver));
    expect(again.actors.started).toEqual(['freezeAnchor']);
    await again.actors.succeed('freezeAnchor');
    expect(contextOf(again)).toMatchObject({ round: 2, roundId: idOf(55, 2), anchor: ANCHOR });
  });

  it('never comes again when the para leaves its policy and comes back to it on the same head', async () => {
    const driver = startDriver();
    const second = { hash: hash('5'), rules: POLICY };
    let block = await open(driver, 55);
    const seen = [contextOf(driver).roundId];
    for (const policy of [second, OPTED_IN, second, OPTED_IN]) {
      expect(driver.observe(facts(block, { policy: null }))).toBe('stalled');
      block = await open(driver, block + 1, { policy });
      seen.push(contextOf(driver).roundId);
    }
    expect(seen).toEqual([
      idOf(55, 1),
      idOf(55, 1, second.hash),
      idOf(55, 2),
      idOf(55, 2, second.hash),
      idOf(55, 3),
    ]);
  });

  it('never comes again when other code is set on the same head, nor when the first one is set once more', async () => {
    let driver = startDriver();
    let block = await open(driver, 55);
    const seen = [contextOf(driver).roundId];
    for (const codeHash of [hash('4'), hash('6'), ANCHOR.codeHash, hash('4')]) {
      expect(driver.observe(facts(block, { codeHash }))).toBe('stalled');
      expect(contextOf(driver).trouble?.code).toBe('RESCUE_CODE_REPLACED');
      // A restart between the two rounds forgets none of those before.
      driver = startDriver(saved(driver));
      const ends = block + 20;
      while (driver.observe(facts(++block, { codeHash })) !== 'optInRescue' && block < ends);
      await driver.actors.answer('freezeAnchor', { kind: 'frozen', anchor: { ...ANCHOR, codeHash } });
      seen.push(contextOf(driver).roundId);
      block += 1;
    }
    expect(seen).toEqual([1, 2, 3, 4, 5].map((counter) => idOf(55, counter)));
  });

  it('is a new one when holders decide anew after the code of their decision was replaced', async () => {
    const driver = startDriver();
    const block = await open(driver, 55);
    driver.observe(facts(block, { proposals: 1 }));
    const clock = { openedAt: block, closesAt: block + 9, quorateSince: null, extended: false };
    const decision = { kind: 'approved', proposal: hash('8') } as const;
    driver.observe(facts(block + 1, { round: { clock, decision, codeHash: hash('9') } }));
    const codeHash = hash('4');
    expect(driver.observe(facts(block + 2, { codeHash }))).toBe('escalated');
    driver.actor.send({ type: 'OPERATOR_RETRIED', newRound: true });
    expect(driver.state()).toBe('optInRescue');
    await driver.actors.answer('freezeAnchor', { kind: 'frozen', anchor: { ...ANCHOR, codeHash } });
    expect(contextOf(driver)).toMatchObject({ round: 2, roundId: idOf(55, 2), anchor: { codeHash } });
  });

  it('has a number above those whose acts are lost, as the facts say, also after the policy was left', async () => {
    const driver = startDriver();
    const block = await open(driver, 55, { roundFloor: 7 });
    expect(contextOf(driver)).toMatchObject({ round: 8, roundId: idOf(55, 8) });
    driver.observe(facts(block, { policy: null }));
    await open(driver, block + 1, { roundFloor: 7 });
    expect(contextOf(driver)).toMatchObject({ round: 9, roundId: idOf(55, 9) });
  });

  it('is that of the block since which the head is the head again', async () => {
    const driver = startDriver();
    const block = await open(driver, 55);
    expect(driver.observe(facts(block, { head: OTHER }))).toBe('healthy');
    driver.observe(facts(block + 1, { head: OTHER }));
    await open(driver, block + 3, { otherHeadUntil: block + 1 });
    expect(contextOf(driver)).toMatchObject({ round: 1, opening: block + 2, roundId: idOf(block + 2, 1) });
  });

  it('changes when the head was another one in blocks that were not seen, which voids the round', async () => {
    const driver = startDriver();
    const block = await open(driver, 55);
    driver.observe(facts(block, { proposals: 1 }));
    expect(driver.state()).toBe('voting');
    // A head that was another one only before the stall began is nothing new.
    expect(driver.observe(facts(block + 9, { otherHeadUntil: block + 7 }))).toBe('healthy');
    await open(driver, block + 10);
    expect(contextOf(driver)).toMatchObject({ opening: block + 8, roundId: idOf(block + 8, 1) });
    expect(driver.observe(facts(block + 40))).toBe('optInRescue');
  });

  it('does not change for a para block of the same relay parent, nor for one that a service had missed', async () => {
    const driver = startDriver();
    driver.observe(facts(46, { head: OTHER }));
    driver.observe(facts(47));
    await open(driver, 55);
    expect(contextOf(driver)).toMatchObject({ roundId: idOf(55, 1) });
    const late = startDriver();
    late.observe(facts(40, { head: OTHER, mostRecentContext: 39 }));
    await open(late, 300);
    expect(contextOf(late)).toMatchObject({ roundId: idOf(55, 1) });
  });

  it('does not come again when the same head is included anew', async () => {
    const driver = startDriver();
    const block = await open(driver, 55);
    expect(driver.observe(facts(block, { mostRecentContext: block - 2, stalled: false }))).toBe('healthy');
    const context = block - 2;
    driver.observe(facts(context + 10, { mostRecentContext: context }));
    driver.observe(facts(context + 15, { mostRecentContext: context }));
    await driver.actors.answer('freezeAnchor', {
      kind: 'frozen',
      anchor: { ...ANCHOR, mostRecentContext: context },
    });
    expect(contextOf(driver)).toMatchObject({ opening: context + 10, roundId: idOf(context + 10, 1) });
  });
});
