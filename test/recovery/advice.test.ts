import { describe, expect, it } from 'vitest';
import { NO_HISTORY, NO_STALL, type RecoveryContext } from '../../machines/context.ts';
import { diagnose } from '../../src/domain/diagnosis/diagnosis.ts';
import { adviceFor } from '../../src/recovery/para/advice.ts';
import { BOOM, type Change, facts, OLD_RULE, REJECTED, UNTRIED } from '../domain/diagnosis/stopped-para.ts';

const STALLED: RecoveryContext = {
  ...NO_STALL,
  paraId: 2000,
  relayBlock: 1000,
  history: NO_HISTORY,
  stalledAt: 990,
};

function advised(optedIn: boolean, ...changes: Change[]): string {
  const known = facts(...changes);
  const seen = {
    observation: known.observation,
    diagnosis: diagnose(known),
    optedIn,
    proposals: [],
    impossible: null,
    route: null,
  };
  return adviceFor('stalled', STALLED, seen).join('\n');
}

describe('advice on a stalled para', () => {
  it.each([false, true])(
    'does not lead to a vote where the registrar’s upgrade waits for a block of the para (opted in: %s)',
    (optedIn) => {
      for (const change of [{ ...UNTRIED, ...REJECTED }, { nextBlock: BOOM }]) {
        const lines = advised(optedIn, change, OLD_RULE);
        expect(lines).not.toMatch(/after the upgrade cooldown|can sign "pararescue opt-in"|opens by itself/);
        expect(lines).toMatch(/root of the relay chain/i);
        expect(lines).toMatch(/the way of the collators/);
      }
    },
  );

  it('leads to the opt-in, or to the vote, on relay chains of today', () => {
    expect(advised(false, { nextBlock: BOOM })).toContain('can sign "pararescue opt-in"');
    expect(advised(true, { nextBlock: BOOM })).toContain('A rescue opens by itself');
    expect(advised(false)).not.toMatch(/opt-in|rescue opens/);
  });
});
