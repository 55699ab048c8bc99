import { describe, expect, it } from 'vitest';
import { NO_HISTORY, NO_STALL, type RecoveryContext } from '../../machines/context.ts';
import { diagnose } from '../../src/domain/diagnosis/diagnosis.ts';
import type { Hex } from '../../src/domain/units.ts';
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
        expect(lines).not.toMatch(
          /after the upgrade cooldown|can sign "pararescue opt-in --while-stopped"|opens by itself/,
        );
        expect(lines).toMatch(/root of the relay chain/i);
        expect(lines).toMatch(/the way of the collators/);
      }
    },
  );

  it('leads to the opt-in, or to the vote, on relay chains of today', () => {
    expect(advised(false, { nextBlock: BOOM })).toContain('can sign "pararescue opt-in --while-stopped"');
    expect(advised(true, { nextBlock: BOOM })).toContain('A rescue opens by itself');
    expect(advised(false)).not.toMatch(/opt-in|rescue opens/);
  });
});

describe('advice after a rescue', () => {
  const { observation } = facts();
  const code = observation.currentCodeHash ?? '0x';
  const own = (codeHash: Hex) => ({ codeHash, specVersion: 7 });
  const advice = (state: string, context: Partial<RecoveryContext>, seen: object = {}) =>
    adviceFor(
      state,
      { ...STALLED, ...context },
      {
        ...{ observation, diagnosis: null, optedIn: true, proposals: [], impossible: null, route: null },
        ...seen,
      },
    ).join('\n');

  it('names the version that retires the substitute, for a para that lives under other code than its own', () => {
    expect(advice('healthy', {}, { own: own(`0x${'77'.repeat(32)}`) })).toMatch(
      /runs on the substitute until an upgrade above spec version 7/,
    );
    for (const seen of [{}, { own: null }, { own: own(code) }]) expect(advice('healthy', {}, seen)).toBe('');
  });

  it("wants no substitute where the approved code is the para's own", () => {
    const approved = { proposal: code, codeHash: code };
    const state = 'upgrading.awaitingFirstHeads';
    expect(advice(state, { approved }, { own: own(code) })).toMatch(/No substitute is needed/);
    expect(advice(state, { approved }, { own: null })).toMatch(/fetch the substitute/);
  });

  it('says what an approved decision waits for, and that it is not lost', () => {
    const approved = { proposal: code, codeHash: code };
    const waiting = (on: 'obstacle' | 'people', obstacle: string | null) =>
      advice('escalated', { approved, waiting: { on, obstacle } });
    expect(waiting('obstacle', 'it is locked')).toMatch(/goes on by itself when this is gone: it is locked/);
    expect(waiting('obstacle', null)).toMatch(/"retry" has it go on now/);
    expect(waiting('people', null)).toMatch(/does not go on by itself.*"retry" has it go on as it is/);
    expect(advice('escalated', {})).toMatch(/--new-round/);
  });
});
