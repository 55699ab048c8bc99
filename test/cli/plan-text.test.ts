import { describe, expect, it } from 'vitest';
import { planLines } from '../../src/cli/holder/plan-text.ts';
import type { RoutePlan } from '../../src/domain/route/route.ts';
import { planRegistrarRoute } from '../../src/routes/registrar/plan.ts';
import { hash, healthyPara, MANAGER } from '../domain/observations.ts';
import { relayView } from '../routes/step-samples.ts';

const CODE = hash('c0');

/** The registrar's plan for this code, as it is made for a dead para that is unlocked. */
function plan(): RoutePlan {
  const assessment = planRegistrarRoute({
    view: relayView(),
    codeHash: CODE,
    codeSize: 1000,
    head: hash('03'),
    signer: null,
    recoveryHeads: 3,
    lockAgain: true,
  });
  if (!assessment.possible) throw new Error(assessment.reasons.join('; '));
  return assessment.plan;
}

describe('a plan, as people read it', () => {
  it('says who makes which call, and how long each step takes', async () => {
    const lines = await planLines(plan(), healthyPara());
    expect(lines.map((line) => line.replace(/ by \w+ \(0x\w+\)/, ' by the manager'))).toEqual([
      '1. schedule the approved code as the registrar manager',
      '   registrar.scheduleCodeUpgrade by the manager; takes about 2 relay blocks (12 s)',
      '2. wait for the PVF vote and the expected block, at which the relay switches the code',
      '   takes about 1200 relay blocks (2.0 h)',
      '3. collators build with the approved code as a substitute, and their heads are included',
      '4. add the registrar lock again',
      '   registrar.addLock by the manager; takes about 2 relay blocks (12 s)',
    ]);
    expect(lines[1]).toContain(MANAGER);
  });

  it('shows what chain state has done already, and what stands in the way of the next step', async () => {
    const locked = { manager: MANAGER, deposit: 0n, locked: true };
    const before = await planLines(plan(), healthyPara({ registrar: locked }));
    expect(before[2]).toMatch(/^ {3}not now: the para is locked/);
    const after = await planLines(plan(), healthyPara({ futureCodeHash: CODE }));
    expect(after[0]).toBe('1. schedule the approved code as the registrar manager: done');
    expect(after[1]).toMatch(/^2\. wait for the PVF vote/);
    const switched = await planLines(plan(), healthyPara({ currentCodeHash: CODE }));
    expect(switched[1]).toMatch(/^2\..*: done$/);
  });

  it('does not tell of what the service does not show', async () => {
    const [first] = plan().steps;
    if (!first) throw new Error('the plan is empty');
    const contract = `0x${'1a'.repeat(20)}` as const;
    const attest = {
      ...first,
      title: 'attest it\u001b[2J',
      before: [{ kind: 'contract-opted-in', contract, policy: hash('50') } as const],
      after: [{ kind: 'contract-decided', contract, codeHash: CODE } as const],
      call: { method: 'RescueContract.attest', signer: 'watcher' } as const,
      expectedBlocks: null,
    };
    const costs = [{ account: MANAGER, amount: '130', what: 'fee and deposit' }];
    const lines = await planLines({ ...plan(), steps: [attest], costs }, healthyPara());
    expect(lines).toEqual([
      expect.stringMatching(/^1\. attest it/),
      '   RescueContract.attest by each watcher',
      expect.stringMatching(/^held by \w+ \(0x(aa)+\): 130 planck, fee and deposit$/),
    ]);
    expect(lines.join('')).not.toContain('\u001b');
    expect(await planLines(plan(), null)).toHaveLength(7);
  });
});
