import { describe, expect, it } from 'vitest';
import type { RecoveryFacts } from '../../machines/facts.ts';
import { RescueError } from '../../src/domain/errors.ts';
import {
  ANCHOR,
  advanced,
  CODE,
  type Driver,
  facts,
  hash,
  OPTED_IN,
  roundWith,
  saved,
  startDriver,
  walkTo,
  wayOf,
} from './machine-driver.ts';

/** The machine in `voting` or `optInRescue` with a frozen anchor. */
async function anchored(): Promise<Driver> {
  const driver = await walkTo('optInRescue');
  await driver.actors.succeed('freezeAnchor');
  return driver;
}

describe('recovery machine', () => {
  it('goes from healthy through a whole rescue back to healthy, and forgets the stall', async () => {
    const driver = startDriver();
    for (const [state, step] of wayOf(CODE)) {
      await step(driver);
      expect(driver.state()).toBe(state);
    }
    const { context } = driver.actor.getSnapshot();
    expect(context).toMatchObject({
      anchor: null,
      approved: null,
      round: 0,
      stalledAt: null,
      relayBlock: 84,
    });
    expect(context.history.codeChangedAt).toBe(80);
  });

  it('ends in the same place when it is saved and restored after every single step', async () => {
    let driver = startDriver();
    for (const [state, step] of wayOf(CODE)) {
      await step(driver);
      expect(driver.state()).toBe(state);
      const before = saved(driver);
      driver.actor.stop();
      driver = startDriver(before);
      expect(driver.state()).toBe(state);
      expect(saved(driver)).toEqual(before);
    }
  });

  it('starts the actor of a state again when it is restored in it', async () => {
    for (const [state, actor] of [
      ['optInRescue', 'freezeAnchor'],
      ['upgrading.planning', 'planRoute'],
      ['upgrading.carryingOut', 'carryOut'],
      ['upgrading.relocking', 'relock'],
    ] as const) {
      const before = await walkTo(state);
      const after = startDriver(saved(before));
      expect(after.actors.started, state).toEqual([actor]);
    }
  });

  it('ignores blocks older than the newest it has seen, and takes the same one twice', async () => {
    const driver = await walkTo('stalled');
    expect(driver.observe(advanced(50, 1))).toBe('stalled');
    expect(driver.observe(facts(55))).toBe('stalled');
    expect(driver.actor.getSnapshot().context.relayBlock).toBe(55);
  });

  it('never stalls a para while the facts do not say so, however old the head is', () => {
    const driver = startDriver();
    expect(driver.observe(facts(500, { relayLive: false, stalled: false }))).toBe('healthy');
  });

  it.each([
    ['the para has not opted in', { policy: null }],
    ['code is no cure', { diagnosis: { ...facts(0).diagnosis, curableByCode: false } }],
    ['the cause is unknown', { diagnosis: null }],
    ['it lost its core meanwhile', { stalled: false }],
  ] as const)('stays stalled when %s', async (_, changes) => {
    const driver = await walkTo('stalled');
    expect(driver.observe(facts(100, changes as Partial<RecoveryFacts>))).toBe('stalled');
  });

  it('waits for the grace of the policy, counted in relay blocks from the stall', async () => {
    const driver = await walkTo('stalled');
    expect(driver.observe(facts(59))).toBe('stalled');
    expect(driver.observe(facts(60))).toBe('optInRescue');
  });

  it.each(['stalled', 'optInRescue', 'voting', 'upgrading.planning'])(
    'returns from %s to healthy when the head advances, and voids the round',
    async (state) => {
      const driver = await walkTo(state);
      expect(driver.observe(advanced(90, 1))).toBe('healthy');
      expect(driver.actor.getSnapshot().context).toMatchObject({
        anchor: null,
        round: 0,
        clock: null,
        approved: null,
      });
    },
  );

  it('takes a head that is included anew, with the same hash, for a living para', async () => {
    const driver = await walkTo('voting');
    expect(driver.observe(facts(90, { mostRecentContext: 89 }))).toBe('healthy');
  });

  it('does not leave carryingOut when the head advances: something may be on its way', async () => {
    const driver = await walkTo('upgrading.carryingOut');
    expect(driver.observe(advanced(90, 1))).toBe('upgrading.carryingOut');
  });

  it('leaves a decision that is carried out for a new round when the operator says so, and never by the word to go on', async () => {
    const driver = await walkTo('upgrading.carryingOut');
    driver.actor.send({ type: 'OPERATOR_RETRIED', newRound: false });
    expect(driver.state()).toBe('upgrading.carryingOut');
    driver.actor.send({ type: 'OPERATOR_RETRIED', newRound: true });
    expect(driver.state()).toBe('optInRescue');
    expect(contextOf(driver)).toMatchObject({ round: 2, approved: null, plan: null });
  });

  it('counts heads from the block that switched to the code, also while the route does not know of it yet', async () => {
    const driver = await walkTo('upgrading.carryingOut');
    const codeHash = contextOf(driver).approved?.codeHash ?? null;
    expect(driver.observe(facts(90, { codeHash }))).toBe('upgrading.carryingOut');
    expect(contextOf(driver).headAtEnactment).toBe(40);
    await driver.actors.succeed('carryOut');
    driver.observe(advanced(91, 1, { codeHash }));
    expect(contextOf(driver).headAtEnactment).toBe(40);
  });

  it('leaves carryingOut for healthy when the route answers that the para lives under its old code', async () => {
    const driver = await walkTo('upgrading.carryingOut');
    await driver.actors.answer('carryOut', { kind: 'revived' });
    expect(driver.state()).toBe('healthy');
    expect(driver.actor.getSnapshot().context).toMatchObject({ anchor: null, plan: null, approved: null });
  });

  it('goes on trying to freeze the anchor, and notes why, when the para moved meanwhile', async () => {
    const driver = await walkTo('optInRescue');
    const trouble = { code: 'RESCUE_STATE_REFUSES', message: 'the para moved' };
    await driver.actors.answer('freezeAnchor', { kind: 'moved', trouble });
    expect(driver.state()).toBe('optInRescue');
    expect(driver.actor.getSnapshot().context).toMatchObject({ anchor: null, trouble });
  });

  it('ends for the rescue as well when somebody else has to add the lock', async () => {
    const driver = await walkTo('upgrading.relocking');
    await driver.actors.answer('relock', { kind: 'handed-over' });
    expect(driver.state()).toBe('healthy');
  });

  it('watches a para that stops anew while somebody else has to add the lock', async () => {
    const driver = await walkTo('upgrading.relocking');
    expect(driver.observe(facts(90, { stalled: false }))).toBe('upgrading.relocking');
    expect(driver.observe(facts(200, { stalled: true }))).toBe('healthy');
    expect(driver.observe(facts(201, { stalled: true }))).toBe('stalled');
  });

  it.each([
    ['upgrading.planning', 'planRoute', 'impossible'],
    ['upgrading.carryingOut', 'carryOut', 'failed'],
    ['upgrading.relocking', 'relock', 'failed'],
  ] as const)(
    'escalates from %s when %s answers that it is %s, with the reason',
    async (state, actor, kind) => {
      const driver = await walkTo(state);
      const trouble = { code: 'RESCUE_CHAIN_REFUSES', message: 'locked' };
      await driver.actors.answer(actor, { kind, trouble });
      expect(driver.state()).toBe('escalated');
      expect(driver.actor.getSnapshot().context.trouble).toEqual(trouble);
    },
  );

  it.each([
    ['upgrading.planning', 'planRoute'],
    ['upgrading.carryingOut', 'carryOut'],
    ['upgrading.relocking', 'relock'],
  ] as const)(
    'never takes an error of %s for news of the para: what was decided stays',
    async (state, actor) => {
      for (const error of [
        new RescueError('RESCUE_STATE_REFUSES', 'refused'),
        new RescueError('RESCUE_STORE_CLOSED', 'closed'),
        new RescueError('RESCUE_NODE_UNREACHABLE', 'no node answers'),
        new TypeError('a defect'),
        'not even an error',
      ]) {
        const driver = await walkTo(state);
        const { anchor, approved, plan } = driver.actor.getSnapshot().context;
        await driver.actors.fail(actor, error);
        expect(driver.state()).toBe('escalated');
        expect(driver.actor.getSnapshot().context).toMatchObject({ anchor, approved, plan });
        expect(anchor).not.toBeNull();
      }
    },
  );

  it.each(['optInRescue', 'voting'])(
    'returns from %s to stalled when the manager opts out',
    async (state) => {
      const driver = await walkTo(state);
      expect(driver.observe(facts(90, { policy: null }))).toBe('stalled');
      expect(driver.actor.getSnapshot().context).toMatchObject({ anchor: null, round: 0 });
    },
  );

  it('returns to stalled when another policy is in force than the one the rescue began with', async () => {
    const driver = await walkTo('voting');
    expect(driver.observe(facts(90, { policy: { ...OPTED_IN, hash: hash('5') } }))).toBe('stalled');
  });

  it('opens the next round after a rejection, on the same anchor', async () => {
    const driver = await walkTo('voting');
    const anchor = driver.actor.getSnapshot().context.anchor;
    expect(driver.observe(facts(82, { round: roundWith({ kind: 'rejected' }) }))).toBe('optInRescue');
    expect(driver.actor.getSnapshot().context).toMatchObject({ round: 2, anchor, clock: null });
  });

  it('tries to freeze the anchor again at the next block after it failed', async () => {
    const driver = await walkTo('optInRescue');
    await driver.actors.fail('freezeAnchor', new RescueError('RESCUE_NODE_UNREACHABLE', 'no node answers'));
    expect(driver.actor.getSnapshot().context.trouble?.code).toBe('RESCUE_NODE_UNREACHABLE');
    expect(driver.observe(facts(61, { proposals: 1 }))).toBe('optInRescue');
    expect(driver.actors.started).toEqual(['freezeAnchor', 'freezeAnchor']);
    await driver.actors.succeed('freezeAnchor');
    expect(driver.actor.getSnapshot().context.trouble).toBeNull();
  });

  it('takes no proposal into a vote before the anchor is frozen', async () => {
    const driver = await walkTo('optInRescue');
    expect(driver.observe(facts(61, { proposals: 1 }))).toBe('optInRescue');
    await driver.actors.succeed('freezeAnchor');
    expect(driver.observe(facts(62, { proposals: 1 }))).toBe('voting');
  });

  it.each([
    ['upgrading.planning', 'planRoute'],
    ['upgrading.carryingOut', 'carryOut'],
    ['upgrading.relocking', 'relock'],
  ] as const)('escalates when %s fails for good, with the reason', async (state, actor) => {
    const driver = await walkTo(state);
    await driver.actors.fail(actor, new RescueError('RESCUE_CHAIN_REFUSES', 'locked'));
    expect(driver.state()).toBe('escalated');
    expect(driver.actor.getSnapshot().context.trouble).toEqual({
      code: 'RESCUE_CHAIN_REFUSES',
      message: 'locked',
    });
  });

  it('escalates when the validators reject the scheduled code', async () => {
    const driver = await walkTo('upgrading.awaitingFirstHeads');
    expect(driver.observe(facts(72, { upgradeAborted: true }))).toBe('escalated');
    expect(driver.actor.getSnapshot().context.trouble?.message).toMatch(/rejected/);
    expect(driver.actor.getSnapshot().context.history.upgradeAbortedAt).toBe(72);
  });

  it('ends healthy when the para lives without the approved code: it was upgraded once more while nobody watched, or revived by itself', async () => {
    for (const codeHash of [hash('4'), facts(72).codeHash]) {
      const driver = await walkTo('upgrading.awaitingFirstHeads');
      expect(driver.observe(advanced(900, 300, { codeHash }))).toBe('healthy');
      expect(driver.actor.getSnapshot().context).toMatchObject({ approved: null, trouble: null });
    }
  });

  it('goes on waiting for the switch while the code is scheduled, even when the para moves', async () => {
    const driver = await walkTo('upgrading.awaitingFirstHeads');
    expect(driver.observe(advanced(72, 1, { futureCodeHash: CODE }))).toBe('upgrading.awaitingFirstHeads');
  });

  it('does not count heads before the relay chain has switched the code', async () => {
    const driver = await walkTo('upgrading.awaitingFirstHeads');
    const scheduled = { futureCodeHash: CODE };
    expect(driver.observe(advanced(72, 9, scheduled))).toBe('upgrading.awaitingFirstHeads');
    expect(driver.actor.getSnapshot().context.headAtEnactment).toBeNull();
  });

  it('does not take the approved code for gone when another one follows after the switch', async () => {
    const driver = await walkTo('upgrading.awaitingFirstHeads');
    driver.observe(facts(80, { codeHash: CODE }));
    expect(driver.observe(advanced(84, 1, { codeHash: hash('4') }))).toBe('upgrading.awaitingFirstHeads');
  });

  it('goes straight to healthy when the policy does not lock again, or the para is locked already', async () => {
    const driver = await walkTo('upgrading.awaitingFirstHeads');
    driver.observe(facts(80, { codeHash: CODE }));
    expect(driver.observe(advanced(84, 2, { codeHash: CODE, locked: true }))).toBe('healthy');
  });

  const impossible = { code: 'RESCUE_ROUTE_IMPOSSIBLE', message: 'the para is locked' };
  const escalated = async () => {
    const driver = await walkTo('upgrading.planning');
    await driver.actors.answer('planRoute', { kind: 'impossible', trouble: impossible });
    expect(driver.state()).toBe('escalated');
    return driver;
  };
  const contextOf = ({ actor }: Driver) => actor.getSnapshot().context;
  const goOn = { type: 'OPERATOR_RETRIED', newRound: false } as const;
  const anew = { type: 'OPERATOR_RETRIED', newRound: true } as const;

  it('keeps an approved decision while it waits, and has it go on by itself when the obstacle is gone', async () => {
    const driver = await escalated();
    const { approved } = contextOf(driver);
    expect(driver.observe(facts(95, { obstacle: 'the para is locked' }))).toBe('escalated');
    expect(driver.observe(facts(96))).toBe('escalated');
    expect(contextOf(driver)).toMatchObject({ approved, waiting: { on: 'obstacle' } });
    expect(driver.observe(facts(97, { obstacle: null }))).toBe('upgrading.planning');
    expect(contextOf(driver)).toMatchObject({ approved, waiting: null, trouble: null, resumed: 1, round: 1 });
  });

  it('goes on by itself only after an obstacle was seen, when something else made it fail', async () => {
    const driver = await walkTo('upgrading.carryingOut');
    const trouble = { code: 'RESCUE_CALL_FAILED', message: 'the call failed' };
    await driver.actors.answer('carryOut', { kind: 'failed', trouble });
    expect(contextOf(driver).waiting).toEqual({ on: 'obstacle', obstacle: null });
    expect(driver.observe(facts(95, { obstacle: null }))).toBe('escalated');
    expect(driver.observe(facts(96, { obstacle: 'the para is locked' }))).toBe('escalated');
    expect(driver.observe(facts(97, { obstacle: null }))).toBe('upgrading.planning');
  });

  it('knows the obstacle from a step that chain state refused', async () => {
    const driver = await walkTo('upgrading.carryingOut');
    const trouble = { code: 'RESCUE_CHAIN_REFUSES', message: 'the para is locked' };
    await driver.actors.answer('carryOut', { kind: 'failed', trouble, isObstacle: true });
    expect(driver.observe(facts(95, { obstacle: null }))).toBe('upgrading.planning');
  });

  it('waits for people too when its call turns out to have been rejected by the validators', async () => {
    const driver = await walkTo('upgrading.carryingOut');
    driver.observe(facts(70, { upgradeAborted: true }));
    const trouble = { code: 'RESCUE_CALL_FAILED', message: 'the validators rejected the code' };
    await driver.actors.answer('carryOut', { kind: 'failed', trouble });
    expect(contextOf(driver).waiting).toEqual({ on: 'people', obstacle: null });
  });

  it('waits for people when validators rejected the code, or somebody replaced it', async () => {
    const driver = await walkTo('upgrading.awaitingFirstHeads');
    expect(driver.observe(facts(80, { upgradeAborted: true }))).toBe('escalated');
    expect(driver.observe(facts(81, { obstacle: 'the cooldown runs' }))).toBe('escalated');
    expect(driver.observe(facts(82, { obstacle: null }))).toBe('escalated');
    driver.actor.send(goOn);
    expect(driver.state()).toBe('upgrading.planning');
  });

  it('leaves what was approved only when the para moves, opts out, or an operator asks for a new round', async () => {
    const moved = await escalated();
    expect(moved.observe(advanced(96, 1))).toBe('healthy');
    const optedOut = await escalated();
    expect(optedOut.observe(facts(96, { policy: null }))).toBe('stalled');
    const retried = await escalated();
    retried.actor.send(goOn);
    expect(retried.state()).toBe('upgrading.planning');
    expect(contextOf(retried)).toMatchObject({ round: 1, approved: { codeHash: CODE }, resumed: 1 });
    const left = await escalated();
    left.actor.send(anew);
    expect(left.state()).toBe('optInRescue');
    expect(contextOf(left)).toMatchObject({ round: 2, approved: null, waiting: null, resumed: 0 });
  });

  it('forgets with an opt-out that the code of the decision was current, so that another one counts its own heads', async () => {
    const driver = await walkTo('upgrading.carryingOut');
    driver.observe(facts(80, { codeHash: CODE }));
    expect(contextOf(driver).headAtEnactment).toBe(40);
    const trouble = { code: 'RESCUE_CALL_FAILED', message: 'the call failed' };
    await driver.actors.answer('carryOut', { kind: 'failed', trouble });
    expect(driver.observe(facts(81, { codeHash: CODE, policy: null }))).toBe('stalled');
    expect(contextOf(driver)).toMatchObject({ approved: null, headAtEnactment: null });
  });

  it('watches the approved code when somebody else brings it about while the decision waits', async () => {
    const driver = await escalated();
    expect(driver.observe(facts(95, { futureCodeHash: CODE }))).toBe('upgrading.awaitingFirstHeads');
    driver.observe(facts(99, { codeHash: CODE }));
    expect(contextOf(driver).headAtEnactment).toBe(40);
    // Nobody planned a route by which the lock could return.
    expect(driver.observe(advanced(104, 2, { codeHash: CODE }))).toBe('healthy');
  });

  it.each(['optInRescue', 'voting'])(
    'ends the round in %s when other code is set, and begins the grace anew',
    async (state) => {
      const driver = await walkTo(state);
      if (state === 'optInRescue') await driver.actors.succeed('freezeAnchor');
      expect(driver.observe(facts(66, { codeHash: hash('4'), proposals: 1 }))).toBe('stalled');
      expect(contextOf(driver)).toMatchObject({
        stalledAt: 66,
        anchor: null,
        roundId: null,
        trouble: { code: 'RESCUE_CODE_REPLACED', message: expect.stringContaining('has precedence') },
      });
      expect(driver.observe(facts(70, { codeHash: hash('4') }))).toBe('stalled');
      expect(driver.observe(facts(71, { codeHash: hash('4') }))).toBe('optInRescue');
      await driver.actors.answer('freezeAnchor', {
        kind: 'frozen',
        anchor: { ...ANCHOR, codeHash: hash('4') },
      });
      // Another round on the same head: nothing that was signed for the first one counts.
      expect(contextOf(driver)).toMatchObject({ round: 2, trouble: null });
    },
  );

  it('carries nothing out over other code than the decision rests on, and goes on when that is back', async () => {
    const driver = await walkTo('upgrading.planning');
    expect(driver.observe(facts(70, { codeHash: hash('4') }))).toBe('escalated');
    expect(contextOf(driver)).toMatchObject({
      approved: { codeHash: CODE },
      trouble: { code: 'RESCUE_CODE_REPLACED' },
    });
    expect(driver.observe(facts(71, { codeHash: hash('4'), obstacle: 'other code' }))).toBe('escalated');
    expect(driver.observe(facts(72, { obstacle: null }))).toBe('upgrading.planning');
  });

  it('freezes an anchor anew for a round that is opened over other code', async () => {
    const driver = await walkTo('upgrading.planning');
    driver.observe(facts(70, { codeHash: hash('4') }));
    driver.actor.send(anew);
    expect(driver.state()).toBe('optInRescue');
    expect(contextOf(driver)).toMatchObject({ anchor: null, roundId: null });
    await driver.actors.answer('freezeAnchor', {
      kind: 'frozen',
      anchor: { ...ANCHOR, codeHash: hash('4') },
    });
    expect(contextOf(driver)).toMatchObject({ round: 2, anchor: { codeHash: hash('4') } });
    expect(driver.observe(facts(72, { codeHash: hash('4'), proposals: 1 }))).toBe('voting');
  });

  it('ignores an operator while the approved code is still on its way', async () => {
    const driver = await walkTo('upgrading.awaitingFirstHeads');
    driver.actor.send(anew);
    driver.actor.send(goOn);
    expect(driver.state()).toBe('upgrading.awaitingFirstHeads');
  });

  it('lets an operator open a new round when the approved code builds no blocks either', async () => {
    const driver = await walkTo('upgrading.awaitingFirstHeads');
    driver.observe(facts(80, { codeHash: CODE }));
    driver.actor.send(goOn);
    expect(driver.state()).toBe('upgrading.awaitingFirstHeads');
    driver.actor.send(anew);
    expect(driver.state()).toBe('optInRescue');
    expect(driver.actor.getSnapshot().context).toMatchObject({ round: 2, approved: null, plan: null });
  });

  it('ignores an operator while there is nothing to retry', async () => {
    const driver = await anchored();
    driver.actor.send(anew);
    driver.actor.send(goOn);
    expect(driver.state()).toBe('optInRescue');
    expect(driver.actor.getSnapshot().context.round).toBe(1);
  });
});
