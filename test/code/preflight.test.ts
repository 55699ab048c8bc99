import { beforeAll, describe, expect, it } from 'vitest';
import { readArtifact } from '../../devnet/artifacts.ts';
import { preflight, type TriedUpgrade } from '../../src/code/preflight.ts';
import { relabelled } from '../../src/code/relabel.ts';
import { UNTOLD_SIZE } from '../../src/domain/diagnosis/trial.ts';
import { type UpgradeCheck, upgradeVerdict } from '../../src/domain/upgrade/report.ts';
import type { UpgradeState, UpgradeVersion } from '../../src/domain/upgrade/state.ts';

const version = (specVersion: number, change: Partial<UpgradeVersion> = {}): UpgradeVersion => ({
  specName: 'pararescue-devnet-para',
  specVersion,
  transactionVersion: 1,
  stateVersion: 0,
  ...change,
});
const TRIED: TriedUpgrade = {
  verdict: { kind: 'accepted' },
  built: 5,
  compiled: version(1002),
  migrated: true,
};

/** Whether an upgrade from the para's good runtime to its next one would work, and what keeps it from that. */
describe('what is looked at before an upgrade', () => {
  let stored: Uint8Array;
  let next: Uint8Array;
  beforeAll(async () => {
    [stored, next] = await Promise.all([readArtifact('para-good'), readArtifact('para-next')]);
  });
  const look = (state: Partial<UpgradeState> = {}, tried: TriedUpgrade = TRIED, code = next) =>
    preflight(
      code,
      {
        relayBlock: 100,
        maxCodeSize: 3_000_000,
        storedCode: stored,
        storedVersion: version(1000),
        onChainVersion: version(1000),
        futureCodeHash: null,
        isRestricted: false,
        cooldownUntil: null,
        hasPendingCode: false,
        migrations: 'none',
        ...state,
      },
      tried,
    );
  const result = (checks: readonly UpgradeCheck[], name: UpgradeCheck['check']) =>
    checks.find(({ check }) => check === name)?.result;

  it('is all well for the next runtime', () => {
    const checks = look();
    expect(checks.filter(({ result: its }) => its !== 'ok')).toEqual([]);
    expect(upgradeVerdict(checks)).toBe('works');
  });

  it.each<[string, Partial<UpgradeState>, UpgradeCheck['check'], UpgradeCheck['result']]>([
    ['a relay chain that takes less', { maxCodeSize: 100_000 }, 'size', 'obstacle'],
    ['a bomb', { maxCodeSize: 100_000 }, 'unpacked-size', 'obstacle'],
    ['another chain', { storedVersion: version(1000, { specName: 'other' }) }, 'spec-name', 'obstacle'],
    ['a version that was there', { storedVersion: version(9000) }, 'spec-version', 'obstacle'],
    ['a higher label in the state', { onChainVersion: version(9000) }, 'spec-version', 'obstacle'],
    [
      'transactions that change',
      { storedVersion: version(1000, { transactionVersion: 0 }) },
      'transaction-version',
      'warning',
    ],
    [
      'transactions that fall back',
      { storedVersion: version(1000, { transactionVersion: 7 }) },
      'transaction-version',
      'obstacle',
    ],
    ['a trie of before', { storedVersion: version(1000, { stateVersion: 1 }) }, 'system-version', 'obstacle'],
    ['no version to compare with', { storedVersion: null }, 'spec-version', 'unknown'],
    ['no code to compare with', { storedCode: Uint8Array.of(1) }, 'exports', 'unknown'],
    [
      'another upgrade',
      { futureCodeHash: `0x${'11'.repeat(32)}`, hasPendingCode: true },
      'pending-upgrade',
      'obstacle',
    ],
    ['a restriction', { isRestricted: true, cooldownUntil: 900 }, 'restriction', 'obstacle'],
    ['an upgrade that was left over', { hasPendingCode: true }, 'leftover-upgrade', 'obstacle'],
    ['a migration', { migrations: 'active' }, 'migrations', 'obstacle'],
  ])('names %s', (_what, state, check, wanted) => {
    const checks = look(state);
    expect(result(checks, check)).toBe(wanted);
    expect(upgradeVerdict(checks)).toBe(
      wanted === 'warning' ? 'works' : wanted === 'unknown' ? 'unknown' : 'fails',
    );
  });

  it('names the code that the relay chain has, and what is no code at all', () => {
    expect(result(look({}, TRIED, stored), 'same-code')).toBe('obstacle');
    expect(result(look({}, TRIED, Uint8Array.of(0, 0x61, 0x73, 0x6d)), 'module')).toBe('obstacle');
    expect(result(look({}, TRIED, relabelled(stored, 5000)), 'spec-version')).toBe('ok');
  });

  it('holds a block that fails against the code, and never one that could not be tried', () => {
    const failed = (stage: 'finalize' | 'proof-size', words: string): TriedUpgrade => ({
      verdict: { kind: 'failed', stage, block: 2, words, inherent: null, known: null, logs: [] },
      built: 1,
      compiled: null,
      migrated: null,
    });
    expect(result(look({}, failed('finalize', 'boom')), 'trial')).toBe('obstacle');
    expect(result(look({}, failed('proof-size', 'it has 6 MB')), 'trial')).toBe('obstacle');
    expect(result(look({}, failed('proof-size', `it has 6 MB ${UNTOLD_SIZE}`)), 'trial')).toBe('unknown');
    expect(result(look({}, { trouble: 'nobody answers' }), 'trial')).toBe('unknown');
  });
});
