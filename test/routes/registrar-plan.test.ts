import { describe, expect, it } from 'vitest';
import type { ParaObservation } from '../../src/domain/chain/observation.ts';
import { enactmentDelay } from '../../src/routes/code-upgrade.ts';
import { planRegistrarRoute } from '../../src/routes/registrar/plan.ts';
import { hash, LIMITS, MANAGER } from '../domain/observations.ts';
import { relayView } from './step-samples.ts';

const input = {
  view: relayView(),
  head: hash('03'),
  codeHash: hash('cc'),
  codeSize: 1_000_000,
  signer: MANAGER,
  recoveryHeads: 3,
  lockAgain: true,
};
const reasons = (change: Partial<ParaObservation>, rest: object = {}): readonly string[] => {
  const assessment = planRegistrarRoute({ ...input, view: relayView(change), ...rest });
  return assessment.possible ? [] : assessment.reasons;
};

describe('registrar route', () => {
  it('of an unlocked para schedules, waits, sees heads and locks again', () => {
    const assessment = planRegistrarRoute(input);
    const steps = assessment.possible ? assessment.plan.steps : [];
    expect(steps.map(({ id, call }) => [id, call?.method ?? null])).toEqual([
      ['schedule-code', 'registrar.scheduleCodeUpgrade'],
      ['await-enactment', null],
      ['first-heads', null],
      ['lock-again', 'registrar.addLock'],
    ]);
    expect(steps.map(({ after }) => after)).toEqual([
      [{ kind: 'code-scheduled-or-current', codeHash: hash('cc') }],
      [{ kind: 'code-is', codeHash: hash('cc') }],
      [{ kind: 'heads-after', head: 400, count: 3 }],
      [{ kind: 'registrar-locked' }],
    ]);
  });

  it('needs for each step what an earlier one or the chain brought about', () => {
    const assessment = planRegistrarRoute(input);
    const steps = assessment.possible ? assessment.plan.steps : [];
    expect(steps[0]?.while).toEqual([{ kind: 'head-is', hash: hash('03') }]);
    expect(steps[1]?.before).toEqual(steps[0]?.after);
    expect(steps[2]?.before).toEqual(steps[1]?.after);
  });

  it('leaves the lock alone when the policy says so', () => {
    const assessment = planRegistrarRoute({ ...input, lockAgain: false });
    expect(assessment.possible && assessment.plan.steps.map(({ id }) => id)).not.toContain('lock-again');
  });

  it('is possible without a configured key, for an outside signer', () => {
    expect(planRegistrarRoute({ ...input, signer: null }).possible).toBe(true);
  });

  it.each<[string, Partial<ParaObservation>, object, string]>([
    ['the para is locked', { registrar: { manager: MANAGER, deposit: 0n, locked: true } }, {}, 'locked'],
    ['the registrar does not know it', { registrar: null }, {}, 'no manager'],
    ['there is no registrar', { registrar: undefined }, {}, 'no registrar pallet'],
    [
      'the key is not the manager',
      {},
      { signer: hash('bb') },
      `manager of the para is ${MANAGER}, not ${hash('bb')}`,
    ],
    ['an upgrade is pending', { futureCodeHash: hash('f0') }, {}, 'already pending'],
    [
      'the cooldown runs',
      { upgradeRestriction: 'Present', upgradeCooldownUntil: 1500 },
      {},
      'until relay block 1500 (now 1000)',
    ],
    ['the code is the current one', { currentCodeHash: hash('cc') }, {}, 'do nothing'],
    ['the code is too large', {}, { codeSize: LIMITS.maxCodeSize + 1 }, 'takes at most'],
    [
      'the relay applies upgrades at heads only',
      {},
      { view: { ...relayView(), limits: { ...LIMITS, appliesAtExpectedBlock: false } } },
      'next included head',
    ],
  ])('is refused when %s', (_name, change, rest, words) => {
    const all = reasons(change, rest);
    expect(all).toHaveLength(1);
    expect(all[0]).toContain(words);
  });

  it('tells all reasons at once', () => {
    const change = {
      futureCodeHash: hash('f0'),
      upgradeRestriction: 'Present',
      currentCodeHash: hash('cc'),
    } as const;
    expect(reasons(change, { codeSize: LIMITS.maxCodeSize + 1, signer: hash('bb') })).toHaveLength(5);
  });

  it('takes a code of exactly the largest size, and a para whose lock was never set', () => {
    expect(
      reasons(
        { registrar: { manager: MANAGER, deposit: 0n, locked: null } },
        { codeSize: LIMITS.maxCodeSize },
      ),
    ).toEqual([]);
  });
});

describe('time until the switch', () => {
  it('is twice the delay from the call, or the least delay from acceptance, whichever is longer', () => {
    expect(enactmentDelay(LIMITS)).toBe(1200);
    expect(enactmentDelay({ ...LIMITS, validationUpgradeDelay: 2, minimumValidationUpgradeDelay: 20 })).toBe(
      20,
    );
  });
});
