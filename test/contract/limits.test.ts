import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DevAccount } from '../../devnet/keys.ts';
import { addressOf } from '../../src/contract/index.ts';
import type { ContractDecision } from '../../src/domain/contract/rescue-contract.ts';
import type { Hex } from '../../src/domain/units.ts';
import { type Bench, CODE, PARA_ACCOUNT, roundIdOf, UNIT, World } from './world.ts';

/**
 * What one person, or a majority of an earlier epoch, cannot do: lock the contract, keep a para dead, spend what the
 * contract has, or leave something standing that the para does not want.
 */
describe.each(['evm', 'polkavm'] as const)('the limits of each power over the rescue contract, %s', (vm) => {
  let world: World;
  let bench: Bench;
  beforeAll(async () => {
    world = await World.start();
    bench = await world.deploy(vm);
  });
  afterAll(() => world.close());
  afterEach(() => {
    vi.useRealTimers();
  });

  let count = 0;
  const fresh = (changes: Partial<ContractDecision> = {}) =>
    bench.decision({ roundId: roundIdOf(++count), ...changes });
  const optIn = (changes = {}) => bench.act(bench.optIn(changes), world.manager);
  const send = async (decision: ContractDecision, by: DevAccount = world.alice): Promise<Hex> => {
    const id = await bench.decide(decision);
    await bench.act({ kind: 'execute', id, message: bench.messages().approval }, by);
    return id;
  };
  const gone = () =>
    world.network.produceUntil(
      () => world.network.readRelay('multisig', 'multisigs', bench.parties.multisig, CODE) === null,
      6,
      'the end of the approval',
    );
  const timeIs = (seconds: bigint) => {
    vi.setSystemTime(Number(seconds) * 1000);
    world.network.nextBlock();
  };

  it('no decision, however large its numbers, locks the contract: neither for this epoch nor for later ones', async () => {
    await optIn();
    const largest = fresh({ anchorNumber: Number.MAX_SAFE_INTEGER, electorate: 2n ** 128n - 1n });
    const first = await send(largest);
    expect(await bench.approval()).not.toBeNull();
    // In the same epoch, on the head to which governance set the para back.
    const setBack = fresh({ anchorNumber: 99 });
    const id = await bench.decide(setBack);
    expect((await bench.contract.decision(id))?.executableAt).toBeGreaterThan(0n);
    const maximal = bench.decision({ roundId: `0x${'ff'.repeat(32)}`, anchorNumber: 0 });
    await bench.decide(maximal);
    expect(await bench.attack({ kind: 'attest', decision: setBack }, world.charlie)).toBe('RoundIsOver');
    // With the next opt-in all rounds are open again but for what was sent, which goes on with its next attempt.
    await optIn();
    await bench.decide(setBack);
    expect(await bench.attack({ kind: 'attest', decision: largest }, world.charlie)).toBe('WrongAttempt');
    const { roundId } = largest;
    expect(await bench.contract.round(roundId)).toMatchObject({ attempt: 1, sentInEpoch: 0, over: false });
    const next = await bench.decide({ ...largest, attempt: 1 });
    expect(next).not.toBe(first);

    const when = (await bench.approval())?.when ?? { height: 0, index: 0 };
    await bench.act(
      { kind: 'cancel', id: first, when, message: bench.messages().cancelAt(when) },
      world.manager,
    );
    await gone();
  });

  it('one guardian holds a decision up once, whatever it does, and forbids nothing', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const others = [world.second, world.third];
    for (const more of [[], [...others]]) {
      const guardians = [world.guardian, ...more].map(({ account }) => account);
      await optIn({ guardians, vetoSeconds: 600 });
      const decision = fresh();
      const id = await bench.decide(decision);
      const { approval: message } = bench.messages();
      // As late as it can be.
      timeIs(((await bench.contract.decision(id))?.executableAt ?? 0n) - 10n);
      await bench.act({ kind: 'veto', id }, world.guardian);
      const { time } = await bench.contract.state();
      expect(await bench.contract.decision(id)).toMatchObject({
        vetoes: 1,
        forbidden: false,
        executableAt: time + 600n,
      });
      timeIs(time + 590n);
      expect(await bench.attack({ kind: 'veto', id }, world.guardian)).toBe('AlreadyVetoed');
      expect(await bench.attack({ kind: 'execute', id, message }, world.alice)).toBe('TooEarly');
      timeIs(time + 600n);
      expect((await bench.contract.inspect({ kind: 'execute', id, message }, world.alice.account)).ok).toBe(
        true,
      );
    }
  });

  it('of two guardians both are needed, of three two; what they forbid is the round, not the next vote', async () => {
    const all = [world.guardian, world.second, world.third];
    for (const guardians of [all.slice(0, 2), all]) {
      await optIn({ guardians: guardians.map(({ account }) => account) });
      const id = await bench.decide(fresh());
      await bench.act({ kind: 'veto', id }, all[0] ?? world.guardian);
      expect((await bench.contract.decision(id))?.forbidden).toBe(false);
      await bench.act({ kind: 'veto', id }, all[1] ?? world.guardian);
      expect((await bench.contract.decision(id))?.forbidden).toBe(true);
      const again = await bench.decide(fresh());
      expect((await bench.contract.decision(again))?.executableAt).toBeGreaterThan(0n);
    }
  });

  it('guardians veto what was decided and nothing else, so that a lone watcher has no round forbidden', async () => {
    await optIn({ guardians: [world.guardian.account, world.second.account] });
    const decision = fresh();
    await bench.act({ kind: 'attest', decision }, world.charlie);
    const id = await bench.contract.idOf(decision);
    expect(await bench.attack({ kind: 'veto', id }, world.guardian)).toBe('NotDecided');
  });

  it('guardians that keep a para dead are replaced by its manager or by itself, watchers with them or not', async () => {
    const guardians = [world.guardian, world.second].map(({ account }) => account);
    await optIn({ guardians, vetoSeconds: 0 });
    const decision = fresh();
    const id = await bench.decide(decision);
    await bench.act({ kind: 'veto', id }, world.guardian);
    await bench.act({ kind: 'veto', id }, world.second);
    const watchers = world.watchers.map(({ account }) => account);
    const rotate = { kind: 'rotate', watchers, threshold: 2, guardians: [] } as const;
    for (const by of [world.alice, world.guardian, world.stranger]) {
      expect(await bench.attack(rotate, by)).toBe('NotController');
    }
    await bench.act(rotate, world.manager);
    const again = await bench.decide(decision);
    expect(await bench.attack({ kind: 'veto', id: again }, world.guardian)).toBe('NotGuardian');
    expect((await bench.contract.decision(again))?.executableAt).toBeGreaterThan(0n);
    const events = await bench.actAsPara({ ...rotate, guardians: [world.third.account] });
    expect(events).toMatchObject([{ name: 'Rotated', args: { by: addressOf(PARA_ACCOUNT) } }]);
    expect((await bench.contract.state()).guardians).toEqual([addressOf(world.third.account)]);
  });

  it('a stranger spends nothing: neither an attempt nor a delivery, and neither does a guardian or a former watcher', async () => {
    await optIn();
    const id = await bench.decide(fresh());
    const { approval: message, cancelAt } = bench.messages();
    const { balance } = await bench.contract.state();
    const when = { height: 1, index: 0 };
    for (const by of [world.stranger, world.guardian, world.operator]) {
      expect(await bench.attack({ kind: 'execute', id, message }, by)).toBe('MayNotSend');
      expect(await bench.attack({ kind: 'cancel', id, when, message: cancelAt(when) }, by)).toBe('NotSent');
    }
    await bench.act({ kind: 'execute', id, message }, world.alice);
    const after = (await bench.contract.state()).balance;
    expect(balance - after).toBe(await bench.contract.deliveryFee(message));
    const approved = await bench.approval();
    const place = approved?.when ?? when;
    for (const by of [world.alice, world.bob]) {
      await bench.act({ kind: 'attest-cancel', id, when: place }, by);
    }
    for (const by of [world.stranger, world.guardian, world.operator]) {
      const act = { kind: 'cancel', id, when: place, message: cancelAt(place) } as const;
      expect(await bench.attack(act, by)).toBe('MayNotSend');
    }
    const without = [world.bob.account, world.charlie.account];
    await bench.act({ kind: 'rotate', watchers: without, threshold: 2, guardians: [] }, world.manager);
    const act = { kind: 'cancel', id, when: place, message: cancelAt(place) } as const;
    expect(await bench.attack(act, world.alice)).toBe('MayNotSend');
    expect((await bench.contract.state()).balance).toBe(after);
    // What the earlier watchers attested does not count for the new ones.
    expect(await bench.attack(act, world.bob)).toBe('NotDecided');
    await bench.act(act, world.manager);
    await gone();
  });

  it('one watcher sends nothing in vain while the derived account is empty and the honest ones do not attest yet', async () => {
    const poor = await world.deploy(vm, { delivery: 10n * UNIT, relay: 0n });
    await poor.act(poor.optIn(), world.manager);
    const decision = poor.decision();
    const { approval: message } = poor.messages();
    await poor.act({ kind: 'attest', decision }, world.charlie);
    const id = await poor.contract.idOf(decision);
    for (const by of [world.charlie, world.manager]) {
      expect(await poor.attack({ kind: 'execute', id, message }, by)).toBe('NotDecided');
    }
    expect((await poor.contract.round(decision.roundId)).attempt).toBe(0);
    // With the money it is attested, and the first attempt is the one that succeeds, whoever sends it.
    await world.pay(world.network.relay.chain, poor.parties.derived, 100n * UNIT);
    await poor.act({ kind: 'attest', decision }, world.alice);
    await poor.act({ kind: 'execute', id, message }, world.charlie);
    expect(await poor.approval()).not.toBeNull();
    expect((await poor.contract.round(decision.roundId)).attempt).toBe(1);
  });

  it('where no manager was named nobody but the para replaces its guardians, of whom one alone still forbids nothing', async () => {
    const alone = await world.deploy(vm, undefined, null);
    const guardians = [world.guardian, world.second, world.third].map(({ account }) => account);
    await alone.actAsPara(alone.optIn({ guardians }));
    const watchers = world.watchers.map(({ account }) => account);
    const rotate = { kind: 'rotate', watchers, threshold: 2, guardians: [] } as const;
    for (const index of [1, 2]) {
      const id = await alone.decide(alone.decision({ roundId: roundIdOf(index) }));
      await alone.act({ kind: 'veto', id }, world.guardian);
      expect((await alone.contract.decision(id))?.forbidden).toBe(false);
      // This is what is not defended: each vote of the holders is forbidden by the second one.
      await alone.act({ kind: 'veto', id }, world.second);
      expect((await alone.contract.decision(id))?.forbidden).toBe(true);
      for (const by of [world.manager, world.alice, world.third]) {
        expect(await alone.attack(rotate, by)).toBe('NotController');
      }
    }
    await alone.actAsPara(rotate);
    expect((await alone.contract.state()).guardians).toEqual([]);
  });

  it('a message that is lost on the relay chain while the derived account is empty can be repeated, to approve and to cancel', async () => {
    const poor = await world.deploy(vm, { delivery: 10n * UNIT, relay: 0n });
    await poor.act(poor.optIn(), world.manager);
    const decision = poor.decision();
    const { approval: message, cancelAt } = poor.messages();
    await poor.act({ kind: 'execute', id: await poor.decide(decision), message }, world.bob);
    expect(await poor.approval()).toBeNull();
    // What it takes to send the next one is the word of enough watchers, who can see that it would be lost as well.
    const next = { ...decision, attempt: 1 };
    await poor.act({ kind: 'attest', decision: next }, world.bob);
    const id = await poor.contract.idOf(next);
    expect(await poor.attack({ kind: 'execute', id, message }, world.bob)).toBe('NotDecided');
    // Enough for the approval, not for the fee of what takes it back.
    await world.pay(world.network.relay.chain, poor.parties.derived, 22n * UNIT);
    await poor.act({ kind: 'attest', decision: next }, world.alice);
    await poor.act({ kind: 'execute', id, message }, world.bob);
    const when = (await poor.approval())?.when ?? { height: 0, index: 0 };
    expect(when.height).toBeGreaterThan(0);

    for (const by of [world.alice, world.bob]) await poor.act({ kind: 'attest-cancel', id, when }, by);
    const cancel = { kind: 'cancel', id, when, message: cancelAt(when) } as const;
    for (let time = 0; time < 4; time += 1) await poor.act(cancel, world.charlie);
    // One watcher cannot spend the contract's funds without end; the others still can send it.
    expect(await poor.attack(cancel, world.charlie)).toBe('TooManyCancels');
    await poor.act(cancel, world.alice);
  });

  describe('what was sent and is not wanted any more', () => {
    const cancelOf = (id: Hex, when: { height: number; index: number }) =>
      ({ kind: 'cancel', id, when, message: bench.messages().cancelAt(when) }) as const;
    const sentAndApproved = async () => {
      const id = await send(fresh());
      const when = (await bench.approval())?.when ?? { height: 0, index: 0 };
      expect(when.height).toBeGreaterThan(0);
      return { id, when };
    };

    it('is taken back after an opt-out by any one of those who watched, alone', async () => {
      await optIn();
      const { id, when } = await sentAndApproved();
      expect(await bench.contract.mayCancel(id, addressOf(world.charlie.account))).toBe(true);
      expect(await bench.attack(cancelOf(id, when), world.charlie)).toBe('NotDecided');
      await bench.act({ kind: 'opt-out' }, world.manager);
      for (const by of [world.stranger, world.guardian]) {
        expect(await bench.attack(cancelOf(id, when), by)).toBe('MayNotSend');
        expect(await bench.contract.mayCancel(id, addressOf(by.account))).toBe(false);
      }
      expect(await bench.act(cancelOf(id, when), world.charlie)).toMatchObject([{ name: 'Cancelled' }]);
      await gone();
    });

    it('is taken back by the manager, whether opted in or out, and by the para itself', async () => {
      for (const optsOut of [false, true]) {
        await optIn();
        const { id, when } = await sentAndApproved();
        if (optsOut) await bench.act({ kind: 'opt-out' }, world.manager);
        await bench.act(cancelOf(id, when), world.manager);
        await gone();
      }
      await optIn();
      const { id, when } = await sentAndApproved();
      await bench.act({ kind: 'opt-out' }, world.manager);
      expect(await bench.actAsPara(cancelOf(id, when))).toMatchObject([{ name: 'Cancelled' }]);
      await gone();
    });

    it('is taken back by the watchers of a later epoch together, and by the last ones alone after an opt-out', async () => {
      await optIn();
      const first = await sentAndApproved();
      const watchers = [world.bob, world.charlie, world.third].map(({ account }) => account);
      const rotate = { kind: 'rotate', watchers, threshold: 2, guardians: [] } as const;
      await bench.act(rotate, world.manager);
      for (const by of [world.bob, world.third]) {
        await bench.act({ kind: 'attest-cancel', ...first }, by);
      }
      await bench.act(cancelOf(first.id, first.when), world.third);
      await gone();

      const second = await send(fresh(), world.bob).catch(() => null);
      expect(second).toBeNull();
      const decision = fresh();
      await bench.act({ kind: 'attest', decision }, world.bob);
      await bench.act({ kind: 'attest', decision }, world.charlie);
      const id = await bench.contract.idOf(decision);
      await bench.act({ kind: 'execute', id, message: bench.messages().approval }, world.bob);
      const when = (await bench.approval())?.when ?? { height: 0, index: 0 };
      await bench.act({ ...rotate, watchers: world.watchers.map(({ account }) => account) }, world.manager);
      await bench.act({ kind: 'opt-out' }, world.manager);
      // She watches since it was sent, and the third one did when it was sent.
      for (const by of [world.alice, world.third]) {
        expect(await bench.contract.mayCancel(id, addressOf(by.account))).toBe(true);
      }
      await bench.act(cancelOf(id, when), world.alice);
      await gone();
    });

    it('is nothing that was not sent, and no other message goes out that way', async () => {
      await optIn();
      const id = await bench.decide(fresh());
      const when = { height: 5, index: 1 };
      for (const by of [world.manager, world.alice]) {
        expect(await bench.attack(cancelOf(id, when), by)).toBe('NotSent');
      }
      await bench.act({ kind: 'execute', id, message: bench.messages().approval }, world.alice);
      const { approval } = bench.messages();
      const other = bench.messages(`0x${'77'.repeat(32)}`).cancelAt(when);
      for (const message of [approval, other]) {
        const error = await bench.attack({ kind: 'cancel', id, when, message }, world.manager);
        expect(['WrongTimepoint', 'WrongMessage']).toContain(error);
      }
    });
  });
});
