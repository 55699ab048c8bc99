import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { decodeAll, encodeAll } from '../../src/contract/abi/abi-codec.ts';
import { type AbiEntry, abiSchema, selectorOf } from '../../src/contract/abi/abi-types.ts';
import { rescueAbi } from '../../src/contract/abi/rescue-abi.ts';
import { addressOf } from '../../src/contract/index.ts';
import type { Hex } from '../../src/domain/units.ts';
import { type Bench, CODE, PARA_ACCOUNT, roundIdOf, UNIT, World } from './world.ts';

const OTHER: Hex = `0x${'77'.repeat(32)}`;

describe('attacks on the rescue contract', () => {
  let world: World;
  let bench: Bench;
  beforeAll(async () => {
    world = await World.start();
    bench = await world.deploy('polkavm');
    await bench.act(bench.optIn(), world.manager);
  });
  afterAll(() => world.close());

  /** A round of its own for each attack, so that they do not depend on each other. */
  let round = 0;
  const fresh = (changes = {}) => bench.decision({ roundId: roundIdOf(++round), ...changes });

  it('wrong origin: nobody but the para and its manager sets the rules, nobody but watchers attests', async () => {
    const { stranger, alice, guardian } = world;
    const watchers = [stranger.account];
    for (const by of [stranger, alice, guardian]) {
      expect(await bench.attack(bench.optIn({ watchers, threshold: 1 }), by)).toBe('NotController');
      const rotate = { kind: 'rotate', watchers, threshold: 1, guardians: [] } as const;
      expect(await bench.attack(rotate, by)).toBe('NotController');
      expect(await bench.attack({ kind: 'opt-out' }, by)).toBe('NotController');
      expect(await bench.attack({ kind: 'direct', target: PARA_ACCOUNT, value: 1n, data: '0x' }, by)).toBe(
        'NotPara',
      );
    }
    for (const by of [stranger, guardian, world.manager]) {
      expect(await bench.attack({ kind: 'attest', decision: fresh() }, by)).toBe('NotWatcher');
      expect(await bench.attack({ kind: 'withdraw', id: OTHER }, by)).toBe('NotWatcher');
      expect(
        await bench.attack({ kind: 'attest-cancel', id: OTHER, when: { height: 1, index: 0 } }, by),
      ).toBe('NotWatcher');
    }
  });

  it('wrong origin: a contract without a manager does not obey the account of the zero address', async () => {
    const zero = await world.deploy('evm', { delivery: 0n, relay: 0n }, null);
    const act = zero.optIn();
    expect((await zero.contract.state()).manager).toBeNull();
    expect(await zero.attack(act, world.manager)).toBe('NotController');
    expect(await zero.contract.inspect(act, `0x${'00'.repeat(20)}${'ee'.repeat(12)}`)).toMatchObject({
      error: 'NotController',
    });
  });

  it('rules that a minority could abuse, or nobody could use, are refused', async () => {
    const [first = OTHER] = world.watchers.map(({ account }) => account);
    const attempts = [
      [{ threshold: 1 }, 'WrongThreshold'],
      [{ threshold: 4 }, 'WrongThreshold'],
      [{ watchers: [first, first, world.bob.account], threshold: 2 }, 'NotAscending'],
      [{ watchers: [`0x${'00'.repeat(20)}`, first] as Hex[], threshold: 2 }, 'NotAscending'],
      [{ watchers: [], threshold: 0 }, 'WrongNumberOfWatchers'],
      [{ watchers: accounts(17), threshold: 9 }, 'WrongNumberOfWatchers'],
      [{ guardians: accounts(9) }, 'WrongNumberOfGuardians'],
      [{ guardians: [first, first] }, 'NotAscending'],
      [{ vetoSeconds: 30 * 86_400 + 1 }, 'VetoTooLong'],
      [{ policyHash: `0x${'00'.repeat(32)}` as Hex }, 'EmptyPolicyHash'],
    ] as const;
    for (const [changes, error] of attempts) {
      expect(await bench.attack(bench.optIn(changes), world.manager)).toBe(error);
    }
  });

  it('replayed attestation: one watcher counts once, and never in the next epoch', async () => {
    const decision = fresh();
    await bench.act({ kind: 'attest', decision }, world.alice);
    expect(await bench.attack({ kind: 'attest', decision }, world.alice)).toBe('AlreadyAttested');
    const id = await bench.contract.idOf(decision);
    expect(await bench.contract.decision(id)).toMatchObject({ support: 1, executableAt: null });

    await bench.act(bench.optIn(), world.manager);
    // The same words are another decision now: bound to epoch, contract and chain.
    expect(await bench.contract.idOf(decision)).not.toBe(id);
    await bench.act({ kind: 'attest', decision }, world.bob);
    expect(await bench.contract.decision(id)).toMatchObject({ support: 1, executableAt: null });
    const twin = await world.deploy('evm', { delivery: 0n, relay: 0n });
    await twin.act(twin.optIn(), world.manager);
    expect(await twin.contract.idOf(decision)).not.toBe(await bench.contract.idOf(decision));
  });

  it('attestation for a round that a watcher left: it is not heard about it any more', async () => {
    const decision = fresh();
    await bench.act({ kind: 'attest', decision }, world.alice);
    const id = await bench.contract.idOf(decision);
    expect(await bench.attack({ kind: 'withdraw', id: OTHER }, world.alice)).toBe('NotSupported');
    expect(await bench.attack({ kind: 'withdraw', id }, world.bob)).toBe('NotSupported');
    const zero: Hex = `0x${'00'.repeat(32)}`;
    expect(await bench.attack({ kind: 'withdraw', id: zero }, world.bob)).toBe('NotSupported');
    await bench.act({ kind: 'withdraw', id }, world.alice);
    expect(await bench.contract.hasLeft(decision.roundId, addressOf(world.alice.account))).toBe(true);
    const other = { ...decision, evidenceHash: OTHER };
    for (const again of [decision, other]) {
      expect(await bench.attack({ kind: 'attest', decision: again }, world.alice)).toBe('HasLeftRound');
    }
    expect(await bench.attack({ kind: 'withdraw', id }, world.alice)).toBe('NotSupported');
    // The others decide it without her.
    await bench.act({ kind: 'attest', decision }, world.bob);
    await bench.act({ kind: 'attest', decision }, world.charlie);
    expect((await bench.contract.decision(id))?.executableAt).toBeGreaterThan(0n);
  });

  it('one lying watcher: it cannot take away what two others decided, nor keep them from deciding', async () => {
    const decision = fresh();
    const lie = { ...decision, anchorNumber: 0xffff_ffff, codeHash: OTHER };
    await bench.act({ kind: 'attest', decision: lie }, world.charlie);
    const id = await bench.decide(decision);
    // Nor by a round of its own, of whatever anchor.
    const nonsense = fresh({ anchorNumber: Number.MAX_SAFE_INTEGER });
    await bench.act({ kind: 'attest', decision: nonsense }, world.charlie);
    expect((await bench.contract.decision(id))?.executableAt).toBeGreaterThan(0n);
    expect(await bench.attack({ kind: 'attest', decision }, world.charlie)).toBe('HasLeftRound');
  });

  it('one lying watcher that decides with one honest one, and turns away: the honest ones decide something else', async () => {
    const decision = fresh();
    const bundle = { ...decision, evidenceHash: OTHER };
    await bench.act({ kind: 'attest', decision: bundle }, world.charlie);
    await bench.act({ kind: 'attest', decision: bundle }, world.alice);
    await bench.act({ kind: 'withdraw', id: await bench.contract.idOf(bundle) }, world.charlie);
    // Nobody gives the others that evidence any more; the attempt is not bound to it.
    await bench.act({ kind: 'attest', decision }, world.bob);
    await bench.act({ kind: 'attest', decision }, world.alice);
    const id = await bench.contract.idOf(decision);
    expect((await bench.contract.decision(id))?.executableAt).toBeGreaterThan(0n);
  });

  it('a watcher that says two things: only the last one counts, and the first can be sent no more', async () => {
    const decision = fresh();
    const other = { ...decision, evidenceHash: OTHER };
    await bench.act({ kind: 'attest', decision: other }, world.alice);
    const events = await bench.act({ kind: 'attest', decision }, world.alice);
    expect(events.map(({ name }) => name)).toEqual(['SupportWithdrawn', 'Attested']);
    // Nor does going back and forth count twice.
    await bench.act({ kind: 'attest', decision: other }, world.alice);
    await bench.act({ kind: 'attest', decision }, world.alice);
    const id = await bench.contract.idOf(decision);
    expect(await bench.contract.decision(id)).toMatchObject({ support: 1 });
    expect(await bench.contract.decision(await bench.contract.idOf(other))).toMatchObject({ support: 0 });
    // Once it is decided, nothing else of the round is taken while it stands: it would begin the delay anew.
    await bench.act({ kind: 'attest', decision }, world.bob);
    for (const by of [world.alice, world.charlie]) {
      expect(await bench.attack({ kind: 'attest', decision: other }, by)).toBe('AlreadyDecided');
    }
  });

  it('an attempt out of turn: neither one ahead nor one behind is taken', async () => {
    const decision = fresh();
    for (const attempt of [1, 0xffff_ffff]) {
      expect(await bench.attack({ kind: 'attest', decision: { ...decision, attempt } }, world.alice)).toBe(
        'WrongAttempt',
      );
    }
    await bench.act({ kind: 'attest', decision: { ...decision, evidenceHash: OTHER } }, world.charlie);
    const id = await bench.decide(decision);
    const rival = { ...decision, evidenceHash: OTHER };
    const { approval: message } = bench.messages();
    await bench.act({ kind: 'execute', id, message }, world.alice);
    // Another decision of the attempt that was sent never gets the threshold.
    expect(await bench.attack({ kind: 'attest', decision: rival }, world.bob)).toBe('WrongAttempt');
    expect(await bench.attack({ kind: 'attest', decision }, world.charlie)).toBe('WrongAttempt');
  });

  it('policy swapped after voting: what was decided under the old policy is void', async () => {
    const decision = fresh();
    const id = await bench.decide(decision);
    await bench.act(bench.optIn({ policyHash: OTHER }), world.manager);
    const { approval: message } = bench.messages();
    expect(await bench.attack({ kind: 'execute', id, message }, world.alice)).toBe('NotDecided');
    expect(await bench.attack({ kind: 'attest', decision }, world.alice)).toBe('WrongPolicy');
    await bench.act(bench.optIn(), world.manager);
  });

  it('wrong para or missing hashes: not taken', async () => {
    const zero: Hex = `0x${'00'.repeat(32)}`;
    const { alice } = world;
    expect(await bench.attack({ kind: 'attest', decision: fresh({ para: 2001 }) }, alice)).toBe('WrongPara');
    for (const field of ['roundId', 'codeHash', 'messageHash', 'evidenceHash', 'cancelHash']) {
      expect(await bench.attack({ kind: 'attest', decision: fresh({ [field]: zero }) }, alice)).toBe(
        'EmptyHash',
      );
    }
  });

  it('different message than the one committed: not a byte of it may change', async () => {
    const id = await bench.decide(fresh());
    const { approval } = bench.messages();
    const other = bench.messages(OTHER).approval;
    const flipped = toHex(fromHex(approval).map((byte, index) => (index === 40 ? byte ^ 1 : byte)));
    for (const message of [
      other,
      flipped,
      approval.slice(0, -2) as Hex,
      `${approval}00` as Hex,
      '0x' as Hex,
    ]) {
      expect(await bench.attack({ kind: 'execute', id, message }, world.alice)).toBe('WrongMessage');
    }
  });

  it('double execution: sent once, in this epoch and in every later one', async () => {
    const decision = fresh();
    const id = await bench.decide(decision);
    const { approval: message } = bench.messages();
    await bench.act({ kind: 'execute', id, message }, world.bob);
    expect(await bench.attack({ kind: 'execute', id, message }, world.bob)).toBe('AlreadySent');
    expect(await bench.attack({ kind: 'veto', id }, world.guardian)).toBe('AlreadySent');
    await bench.act(bench.optIn(), world.manager);
    expect(await bench.attack({ kind: 'execute', id, message }, world.bob)).toBe('AlreadySent');
    expect(await bench.attack({ kind: 'attest', decision }, world.alice)).toBe('WrongAttempt');
    expect(await bench.approval()).toMatchObject({ depositor: bench.parties.derived });
  });

  it('an old round after a new one was decided: it is over, whoever did not leave it', async () => {
    const old = fresh({ anchorNumber: 1000 });
    const id = await bench.decide(old);
    // Set back by governance: the later round stands on an earlier head.
    const later = fresh({ anchorNumber: 900, anchorHead: OTHER });
    await bench.act({ kind: 'attest', decision: later }, world.charlie);
    const events = await bench.act({ kind: 'attest', decision: later }, world.alice);
    expect(events.map(({ name }) => name)).toEqual([
      'SupportWithdrawn',
      'Undecided',
      'RoundLeft',
      'Attested',
      'RoundOver',
      'Decided',
    ]);
    const { approval: message } = bench.messages();
    expect(await bench.attack({ kind: 'execute', id, message }, world.bob)).toBe('NotDecided');
    for (const decision of [old, { ...old, evidenceHash: OTHER }]) {
      expect(await bench.attack({ kind: 'attest', decision }, world.charlie)).toBe('RoundIsOver');
    }
  });

  it('the para revives between decision and execution: withdrawn support ends it, and the delay starts anew', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await bench.act(bench.optIn({ vetoSeconds: 600 }), world.manager);
    const decision = fresh();
    const id = await bench.decide(decision);
    const { approval: message } = bench.messages();
    vi.setSystemTime(Number((await bench.contract.decision(id))?.executableAt ?? 0n) * 1000);
    world.network.nextBlock();
    expect((await bench.contract.inspect({ kind: 'execute', id, message }, world.alice.account)).ok).toBe(
      true,
    );

    const events = await bench.act({ kind: 'withdraw', id }, world.alice);
    expect(events.map(({ name }) => name)).toEqual(['SupportWithdrawn', 'Undecided', 'RoundLeft']);
    expect(await bench.attack({ kind: 'execute', id, message }, world.alice)).toBe('NotDecided');
    expect(await bench.attack({ kind: 'attest', decision }, world.alice)).toBe('HasLeftRound');

    // Regained by the third watcher, it waits again.
    await bench.act({ kind: 'attest', decision }, world.charlie);
    expect(await bench.attack({ kind: 'execute', id, message }, world.alice)).toBe('TooEarly');
    vi.useRealTimers();
    await bench.act(bench.optIn(), world.manager);
  });

  it('the para revives after sending: only the committed cancellation goes out, whatever watchers say', async () => {
    const lone = await world.deploy('evm');
    await lone.act(lone.optIn(), world.manager);
    const decision = lone.decision();
    const id = await lone.decide(decision);
    const { approval, cancelAt } = lone.messages();
    const zero = { height: 0, index: 0 };
    expect(await lone.attack({ kind: 'attest-cancel', id, when: zero }, world.alice)).toBe('NotSent');
    await lone.act({ kind: 'execute', id, message: approval }, world.alice);
    const { when = zero } = (await lone.approval()) ?? {};
    await lone.act({ kind: 'attest-cancel', id, when }, world.alice);
    expect(await lone.attack({ kind: 'attest-cancel', id, when }, world.alice)).toBe('AlreadyAttested');
    await lone.act({ kind: 'attest-cancel', id, when }, world.bob);

    const moved = { ...when, index: when.index + 1 };
    const by = world.charlie;
    expect(await lone.attack({ kind: 'cancel', id, when, message: approval }, by)).toBe('WrongTimepoint');
    expect(await lone.attack({ kind: 'cancel', id, when, message: cancelAt(moved) }, by)).toBe(
      'WrongTimepoint',
    );
    expect(await lone.attack({ kind: 'cancel', id, when: moved, message: cancelAt(moved) }, by)).toBe(
      'NotDecided',
    );
    const other = lone.messages(OTHER).cancelAt(when);
    expect(await lone.attack({ kind: 'cancel', id, when, message: other }, by)).toBe('WrongMessage');
    expect(await lone.attack({ kind: 'cancel', id, when, message: '0x05' }, by)).toBe('WrongTimepoint');
    await lone.act({ kind: 'cancel', id, when, message: cancelAt(when) }, by);
    await world.network.produceUntil(
      () => world.network.readRelay('multisig', 'multisigs', lone.parties.multisig, CODE) === null,
      5,
      'the end of the approval',
    );
  });

  it('fees missing for the delivery: nothing is spent, and it goes out once they are there', async () => {
    const poor = await world.deploy('polkavm', { delivery: 0n, relay: 10n * UNIT });
    await poor.act(poor.optIn(), world.manager);
    const id = await poor.decide(poor.decision());
    const { approval: message } = poor.messages();
    expect(await poor.attack({ kind: 'execute', id, message }, world.alice)).toBe('MessageRefused');
    await world.pay(world.network.contracts.chain, poor.contract.account, UNIT);
    await poor.act({ kind: 'execute', id, message }, world.alice);
    expect(await poor.approval()).not.toBeNull();
  });

  it('fees missing on the relay chain: the message is lost there, and the next attempt goes out', async () => {
    const poor = await world.deploy('evm', { delivery: UNIT, relay: 0n });
    await poor.act(poor.optIn(), world.manager);
    const decision = poor.decision();
    const { approval: message } = poor.messages();
    await poor.act({ kind: 'execute', id: await poor.decide(decision), message }, world.alice);
    expect(await poor.approval()).toBeNull();
    await world.pay(world.network.relay.chain, poor.parties.derived, 30n * UNIT);
    const again = await poor.decide({ ...decision, attempt: 1 });
    await poor.act({ kind: 'execute', id: again, message }, world.alice);
    expect(await poor.approval()).toMatchObject({ depositor: poor.parties.derived });
  });

  it('watcher rotation mid-round: the support of those who left counts for nothing', async () => {
    const decision = fresh();
    const old = await bench.contract.idOf(decision);
    await bench.act({ kind: 'attest', decision }, world.alice);
    const watchers = [world.bob.account, world.charlie.account, world.stranger.account];
    await bench.act({ kind: 'rotate', watchers, threshold: 2, guardians: [] }, world.manager);
    expect(await bench.attack({ kind: 'attest', decision }, world.alice)).toBe('NotWatcher');
    await bench.act({ kind: 'attest', decision }, world.bob);
    const id = await bench.contract.idOf(decision);
    expect(await bench.contract.decision(id)).toMatchObject({ support: 1, executableAt: null });
    expect(await bench.contract.decision(old)).toMatchObject({ support: 1, executableAt: null });
    await bench.act({ kind: 'attest', decision }, world.stranger);
    expect((await bench.contract.decision(id))?.executableAt).toBeGreaterThan(0n);
    await bench.act({ kind: 'opt-out' }, world.manager);
    const { approval: message } = bench.messages();
    expect(await bench.attack({ kind: 'execute', id, message }, world.manager)).toBe('NotDecided');
    await bench.act(bench.optIn(), world.manager);
  });

  it('very long messages: refused by the contract, and never by running out of anything', async () => {
    const long: Hex = `0x${'00'.repeat(4097)}`;
    const decision = fresh();
    const id = await bench.decide(decision);
    expect(await bench.attack({ kind: 'execute', id, message: long }, world.alice)).toBe('MessageTooLong');
    expect(
      await bench.attack({ kind: 'execute', id, message: `0x${'00'.repeat(60_000)}` }, world.alice),
    ).toBe('MessageTooLong');
    expect(await bench.attack({ kind: 'execute', id, message: `0x${'00'.repeat(4096)}` }, world.alice)).toBe(
      'WrongMessage',
    );
  });

  describe.each(['evm', 'polkavm'] as const)('reentrancy through a hostile destination, %s', (vm) => {
    it('gets nothing done, and is told so by the contract itself', async () => {
      const victim = await world.deploy(vm);
      await victim.act(victim.optIn(), world.manager);
      const id = await victim.decide(victim.decision());
      const { approval } = victim.messages();
      const hostile = await Hostile.deploy(world);
      const attacks: [string, unknown[]][] = [
        ['execute', [id, approval]],
        ['optOut', []],
        ['rotate', [[hostile.address], 1, []]],
        ['optIn', [OTHER, [hostile.address], 1, [], 0]],
        ['withdraw', [id]],
        ['attest', [victim.decision()]],
        ['veto', [id]],
        ['attestCancel', [id, '0x0000000000000000']],
        ['cancel', [id, '0x0000000000000000', approval]],
        ['direct', [hostile.address, 1, '0x']],
      ];
      const calls = attacks.map(([name, values]) => calldata(rescueAbi().function(name), values));
      const strike = (data: Hex[]) =>
        ({
          kind: 'direct',
          target: hostile.address,
          value: UNIT,
          data: hostile.calldata('strike', [data]),
        }) as const;
      // All of them in a dry run, for which a message from the para would have no room.
      const dryRun = await victim.contract.inspect(strike(calls), PARA_ACCOUNT);
      const answers = hostile.answers(dryRun.ok ? dryRun.returned : new Uint8Array());
      expect(answers.map(({ ok }) => ok)).toEqual(attacks.map(() => false));
      expect(new Set(answers.map(({ error }) => error))).toEqual(new Set(['Reentered']));

      const before = await victim.contract.state();
      await victim.actAsPara(strike(calls.slice(0, 1)));
      const { block: _, time: _time, balance, ...after } = await victim.contract.state();
      expect(before).toMatchObject(after);
      expect(before.balance - balance).toBe(UNIT);
      // The lock is open again.
      await victim.act({ kind: 'execute', id, message: approval }, world.bob);
    });

    it('passes the revert of a directed call on', async () => {
      const victim = await world.deploy(vm, { delivery: 0n, relay: 0n });
      const hostile = await Hostile.deploy(world);
      const fail = hostile.calldata('fail', []);
      const act = { kind: 'direct', target: hostile.address, value: 0n, data: fail } as const;
      expect(await victim.contract.inspect(act, PARA_ACCOUNT)).toMatchObject({
        error: 'Error',
        sentence: 'hostile',
      });
    });
  });
});

function accounts(count: number): Hex[] {
  return Array.from(
    { length: count },
    (_, index) => `0x${(index + 1).toString(16).padStart(40, '0')}` as const,
  );
}

function calldata(entry: AbiEntry, values: readonly unknown[]): Hex {
  return toHex(new Uint8Array([...selectorOf(entry), ...encodeAll(entry.inputs, values)]));
}

/** contracts/HostileDestination.sol on the contracts chain. */
class Hostile {
  readonly address: Hex;
  readonly #abi: readonly AbiEntry[];

  private constructor(address: Hex, abi: readonly AbiEntry[]) {
    this.address = address;
    this.#abi = abi;
  }

  static async deploy(world: World): Promise<Hostile> {
    const file = new URL('../fixtures/hostile-destination.json', import.meta.url);
    const { abi, evm } = JSON.parse(readFileSync(file, 'utf8')) as { abi: unknown; evm: Hex };
    const { api } = world.chain;
    const limits = [{ refTime: 100_000_000_000n, proofSize: 2_000_000n }, 10n * UNIT] as const;
    const call = api.tx.revive?.instantiateWithCode?.(0n, ...limits, evm, '0x', null);
    await world.includeCall(toHex(call?.method.toU8a() ?? new Uint8Array()), world.stranger);
    const { query } = await api.at(world.network.contracts.chain.best.hash);
    const records = (await query.system?.events?.())?.toJSON() as { event: { data: Hex[] } }[];
    const found = records.find(
      ({ event }) => event.data.length === 2 && event.data[0] === addressOf(world.stranger.account),
    );
    if (!found?.event.data[1]) throw new Error('the hostile contract is not there');
    return new Hostile(found.event.data[1], abiSchema.parse(abi));
  }

  calldata(name: string, values: readonly unknown[]): Hex {
    return calldata(this.#entry(name), values);
  }

  /** What `strike` returned through `direct`, which wraps it into bytes once more. */
  answers(returned: Uint8Array): { ok: boolean; error: string | undefined }[] {
    const { 0: inner } = decodeAll(rescueAbi().function('direct').outputs, returned);
    const decoded = decodeAll(this.#entry('strike').outputs, fromHex(String(inner)));
    const { succeeded, answers } = decoded as { succeeded: boolean[]; answers: Hex[] };
    return answers.map((data, index) => ({
      ok: succeeded[index] ?? true,
      error: rescueAbi().error(fromHex(data).subarray(0, 4))?.name,
    }));
  }

  #entry(name: string): AbiEntry {
    const found = this.#abi.find((entry) => entry.name === name);
    if (!found) throw new Error(`no ${name}`);
    return found;
  }
}
