import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { PARA_ID } from '../../devnet/network.ts';
import { addressOf, openRescueContract } from '../../src/contract/index.ts';
import { type Bench, CODE, FEE, PARA_ACCOUNT, POLICY, roundIdOf, UNIT, World } from './world.ts';

describe('the rescue contract on the contracts chain', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
  });
  afterAll(() => world.close());
  afterEach(() => {
    vi.useRealTimers();
  });

  describe.each(['evm', 'polkavm'] as const)('compiled for %s', (vm) => {
    let bench: Bench;
    beforeAll(async () => {
      bench = await world.deploy(vm);
    });

    it('starts without an opt-in, and knows its para and who may speak for it', async () => {
      expect(await bench.contract.state()).toMatchObject({
        para: PARA_ID,
        paraAccount: addressOf(PARA_ACCOUNT),
        manager: addressOf(world.manager.account),
        policyHash: null,
        watchers: [],
        guardians: [],
        epoch: 0n,
        decided: null,
        lastSentId: null,
        balance: 10n * UNIT + UNIT / 100n,
      });
    });

    it("takes the opt-in from the para's own account, by XCM", async () => {
      const events = await bench.actAsPara(bench.optIn({ vetoSeconds: 3600 }));
      expect(events).toMatchObject([
        {
          name: 'OptedIn',
          args: { policyHash: POLICY, epoch: 1n, by: addressOf(PARA_ACCOUNT), threshold: 2n },
        },
      ]);
      const state = await bench.contract.state();
      expect(state).toMatchObject({ policyHash: POLICY, threshold: 2, epoch: 1n, vetoSeconds: 3600n });
      expect(state.watchers.map(({ address }) => address)).toEqual(
        world.watchers.map(({ account }) => addressOf(account)).sort(),
      );
      expect(state.guardians).toEqual([addressOf(world.guardian.account)]);
    });

    it('says the same to who asked before and to who asks anew, whatever has happened in between', async () => {
      const asked = openRescueContract(world.chain, bench.contract.address);
      const decision = bench.decision({ roundId: roundIdOf(9) });
      const id = await bench.contract.idOf(decision);
      const acts = [
        async () => world.network.nextBlock(),
        () => bench.act({ kind: 'attest', decision }, world.alice),
        async () => world.network.nextBlock(),
        () => bench.act({ kind: 'withdraw', id }, world.alice),
      ];
      const supports: boolean[] = [];
      for (const act of acts) {
        await act();
        const state = await asked.state();
        expect(state).toEqual(await openRescueContract(world.chain, bench.contract.address).state());
        expect(state.block.hash).toBe(world.network.contracts.chain.finalized.hash);
        supports.push(state.watchers.some((watcher) => watcher.supports === id));
      }
      expect(supports).toEqual([false, true, true, false]);
      // Where its storage is the same, the contract is not even asked.
      const runs = vi.spyOn(world.chain.proven, 'call');
      world.network.nextBlock();
      expect((await asked.state()).block.hash).toBe(world.network.contracts.chain.finalized.hash);
      expect(runs).not.toHaveBeenCalled();
      runs.mockRestore();
    });

    it('is decided by enough watchers who say the same, sends the approval once the veto period is over', async () => {
      vi.useFakeTimers({ toFake: ['Date'] });
      const decision = bench.decision();
      const id = await bench.contract.idOf(decision);
      expect(await bench.contract.decision(id)).toBeNull();

      const first = await bench.act({ kind: 'attest', decision }, world.alice);
      expect(first).toMatchObject([{ name: 'Attested', args: { id, support: 1n } }]);
      expect(first[0]?.args.decision).toEqual({
        ...decision,
        para: 2000n,
        anchorNumber: 100n,
        attempt: 0n,
        cancelOffset: BigInt(decision.cancelOffset),
      });
      const second = await bench.act({ kind: 'attest', decision }, world.charlie);
      expect(second.map(({ name }) => name)).toEqual(['Attested', 'Decided']);

      const { time } = await bench.contract.state();
      const decided = await bench.contract.decision(id);
      expect(decided).toMatchObject({ id, decision, epoch: 1n, support: 2, sent: false, vetoes: 0 });
      expect(decided?.executableAt).toBe(time + 3600n);
      const { approval } = bench.messages();
      expect(await bench.attack({ kind: 'execute', id, message: approval }, world.bob)).toBe('TooEarly');

      vi.setSystemTime(Number(time + 3600n) * 1000);
      world.network.nextBlock();
      const before = await bench.contract.state();
      const fee = await bench.contract.deliveryFee(approval);
      const sent = await bench.act({ kind: 'execute', id, message: approval }, world.bob);
      expect(sent).toMatchObject([
        {
          name: 'Executed',
          args: { id, messageHash: decision.messageHash, by: addressOf(world.bob.account) },
        },
      ]);
      const after = await bench.contract.state();
      expect(after.lastSentId).toBe(id);
      expect(await bench.contract.round(decision.roundId)).toEqual({
        roundId: decision.roundId,
        attempt: 1,
        sentInEpoch: 1,
        over: false,
      });
      expect(await bench.contract.decision(id)).toMatchObject({ sent: true, executableAt: null });
      // What it was told to hold for the delivery is what the chain takes.
      expect(before.balance - after.balance).toBe(fee);
      expect(await bench.approval()).toMatchObject({ depositor: bench.parties.derived });
    });

    it('takes the approval back when enough watchers want it', async () => {
      const decision = bench.decision();
      const id = await bench.contract.idOf(decision);
      const when = (await bench.approval())?.when ?? { height: 0, index: 0 };
      const message = bench.messages().cancelAt(when);
      await bench.act({ kind: 'attest-cancel', id, when }, world.bob);
      expect(await bench.contract.cancelSupport(id, when)).toEqual([addressOf(world.bob.account)]);
      expect(await bench.attack({ kind: 'cancel', id, when, message }, world.bob)).toBe('NotDecided');
      await bench.act({ kind: 'attest-cancel', id, when }, world.charlie);
      expect(await bench.act({ kind: 'cancel', id, when, message }, world.alice)).toMatchObject([
        { name: 'Cancelled', args: { id } },
      ]);
      expect((await bench.contract.decision(id))?.cancelled).toBe(true);
      await world.network.produceUntil(
        () => world.network.readRelay('multisig', 'multisigs', bench.parties.multisig, CODE) === null,
        5,
        'the end of the approval',
      );
    });

    it('is held up once more by the first veto, and obeys enough of them for the whole round', async () => {
      const guardians = [world.guardian, world.second, world.third];
      const people = guardians.map(({ account }) => account);
      vi.useFakeTimers({ toFake: ['Date'] });
      await bench.act(bench.optIn({ guardians: people, vetoSeconds: 600 }), world.manager);
      const decision = bench.decision({ roundId: roundIdOf(2) });
      const id = await bench.decide(decision);
      const before = (await bench.contract.decision(id))?.executableAt ?? 0n;
      vi.setSystemTime(Number(before - 300n) * 1000);
      expect(await bench.attack({ kind: 'veto', id }, world.alice)).toBe('NotGuardian');
      const [vetoed] = await bench.act({ kind: 'veto', id }, world.guardian);
      const { time } = await bench.contract.state();
      expect(vetoed).toMatchObject({ name: 'Vetoed', args: { id, vetoes: 1n, executableAt: time + 600n } });
      expect(time + 600n).toBeGreaterThan(before);
      expect(await bench.attack({ kind: 'veto', id }, world.guardian)).toBe('AlreadyVetoed');
      const events = await bench.act({ kind: 'veto', id }, world.second);
      expect(events.map(({ name }) => name)).toEqual(['Vetoed', 'Forbidden', 'RoundOver']);
      expect(await bench.contract.decision(id)).toMatchObject({ forbidden: true, executableAt: null });
      const { approval: message } = bench.messages();
      expect(await bench.attack({ kind: 'execute', id, message }, world.alice)).toBe('IsForbidden');
      expect(await bench.attack({ kind: 'veto', id }, world.third)).toBe('IsForbidden');
      expect(await bench.attack({ kind: 'attest', decision }, world.charlie)).toBe('RoundIsOver');
      // The holders vote again: that is another round.
      const again = await bench.decide(bench.decision({ roundId: roundIdOf(3) }));
      expect((await bench.contract.decision(again))?.executableAt).toBeGreaterThan(0n);
    });

    it('lets the registered manager replace watchers and guardians, and opt out', async () => {
      const before = await bench.contract.state();
      const act = {
        kind: 'rotate',
        watchers: [world.stranger.account],
        threshold: 1,
        guardians: [world.bob.account],
      } as const;
      const rotated = await bench.act(act, world.manager);
      expect(rotated).toMatchObject([{ name: 'Rotated', args: { epoch: before.epoch + 1n } }]);
      expect(await bench.contract.state()).toMatchObject({
        epoch: before.epoch + 1n,
        decided: null,
        lastSentId: before.lastSentId,
        policyHash: before.policyHash,
        vetoSeconds: before.vetoSeconds,
        watchers: [{ address: addressOf(world.stranger.account), supports: null }],
        guardians: [addressOf(world.bob.account)],
      });
      const events = await bench.act({ kind: 'opt-out' }, world.manager);
      expect(events).toMatchObject([{ name: 'OptedOut', args: { epoch: before.epoch + 2n } }]);
      expect(await bench.contract.state()).toMatchObject({ policyHash: null, watchers: [], guardians: [] });
    });

    it('is directed by the living para, which takes its funds back', async () => {
      const { balance } = await bench.contract.state();
      const act = { kind: 'direct', target: PARA_ACCOUNT, value: UNIT, data: '0x' } as const;
      expect(await bench.attack(act, world.manager)).toBe('NotPara');
      expect(await bench.actAsPara(act)).toMatchObject([
        { name: 'Directed', args: { target: addressOf(PARA_ACCOUNT), value: UNIT * 100_000_000n } },
      ]);
      expect((await bench.contract.state()).balance).toBe(balance - UNIT);
    });
  });

  it('has one derived account on the relay chain, computed as the chain computes it', async () => {
    const bench = await world.deploy('evm', { delivery: 0n, relay: 0n });
    const types = world.network.relay.chain.typesOf();
    const location = types.registry.createType('XcmVersionedLocation', {
      V5: {
        parents: 0,
        interior: {
          X2: [
            { Parachain: world.chain.paraId },
            { AccountId32: { network: 'Polkadot', id: bench.contract.account } },
          ],
        },
      },
    });
    const answer = world.network.relay.chain.call('LocationToAccountApi_convert_location', location.toU8a());
    expect(Buffer.from(answer.slice(1)).toString('hex')).toBe(bench.parties.derived.slice(2));
    expect(FEE).toBe(UNIT);
  });
});
