import { describe, expect, it } from 'vitest';
import { policyDifference } from '../../src/domain/policy/policy-difference.ts';
import { policyFor } from './observations.ts';

describe('the difference of two policies', () => {
  const before = policyFor();

  it('is nothing for the same rules', () => {
    expect(policyDifference(before, policyFor())).toEqual([]);
  });

  it('is a plain line for each part, with blocks as time', () => {
    const after = policyFor({
      stall: { gapBlocks: 1200, graceBlocks: before.stall.graceBlocks },
      voting: { ...before.voting, quorum: '33%' },
      recovery: { ...before.recovery, lockAgain: !before.recovery.lockAgain },
      excluded: [{ account: `0x${'77'.repeat(32)}`, reason: 'treasury' }],
      withoutRoute: 'vote',
    });
    const lines = policyDifference(before, after);
    expect(lines).toContainEqual(expect.stringMatching(/^stopped after: .* → 1200 relay blocks \(2\.0 h\)$/));
    expect(lines).toContain(`quorum: ${before.voting.quorum} → 33%`);
    expect(lines).toContain(
      `lock again afterwards: ${before.recovery.lockAgain} → ${!before.recovery.lockAgain}`,
    );
    expect(lines).toContainEqual(expect.stringMatching(/^accounts without a vote: and \{"account":"0x7777/));
    expect(lines).toContain('while no route could carry a decision out: nothing said → vote');
    expect(lines).toHaveLength(5);
  });

  it('names what is new in a list, what is gone, and another order of routes', () => {
    const [a, b, c] = ['11', '22', '33'].map((byte) => `0x${byte.repeat(32)}`);
    const with2 = policyFor({ proposers: { accounts: [a, b] } });
    expect(policyDifference(with2, policyFor({ proposers: { accounts: [b, c] } }))).toEqual([
      `accounts that may propose: and ${c}; without ${a}`,
    ]);
  });
});
