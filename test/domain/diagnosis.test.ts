import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ParaObservation } from '../../src/domain/chain/observation.ts';
import {
  CAUSES,
  type Cause,
  type DiagnosisFacts,
  diagnose,
  NEAR_ONSET,
} from '../../src/domain/diagnosis/diagnosis.ts';
import { hash, healthyPara } from './observations.ts';

type Change = Partial<Omit<DiagnosisFacts, 'observation'>> & {
  readonly observation?: Partial<ParaObservation>;
};

/** Facts of a para that stopped on 998 and of which nothing is wrong but its collators. */
function facts(...changes: Change[]): DiagnosisFacts {
  const base: DiagnosisFacts = {
    observation: healthyPara(),
    relayLive: true,
    fleet: { watched: 5, stoppedTogether: 1 },
    relayUpgradedAt: undefined,
    codeChangedAt: undefined,
    pvfRejected: false,
    paraCodeHash: healthyPara().currentCodeHash ?? undefined,
    headKnown: true,
    nextBlockPanic: null,
  };
  let all = base;
  for (const { observation, ...rest } of changes) {
    all = { ...all, ...rest, observation: { ...all.observation, ...observation } };
  }
  return all;
}

/** Of each row of the table, from the top, the facts that make it hold. */
const ROWS: readonly (readonly [Cause, Change])[] = [
  ['relay-stalled', { relayLive: false }],
  ['inclusion-frozen', { observation: { disputesFrozen: 990 } }],
  ['fleet-wide', { fleet: { watched: 5, stoppedTogether: 3 } }],
  ['relay-upgrade', { relayUpgradedAt: 995 }],
  ['not-live', { observation: { lifecycle: 'OffboardingParachain' } }],
  ['no-core', { observation: { hasCore: false } }],
  ['upgrade-stuck', { observation: { futureCodeHash: hash('f0'), futureCodeUpgrade: 1200 } }],
  ['pvf-rejected', { pvfRejected: true }],
  ['code-mismatch', { paraCodeHash: hash('ee') }],
  ['bad-runtime', { nextBlockPanic: 'divided by zero' }],
  ['head-lost', { headKnown: false }],
];

describe('diagnosis', () => {
  it('without any other sign blames the collators', () => {
    expect(diagnose(facts())).toMatchObject({ cause: 'collators-down', curableByCode: false });
  });

  it.each(ROWS)('finds %s by its own signs', (cause, change) => {
    expect(diagnose(facts(change)).cause).toBe(cause);
  });

  it('has a row in this test for every cause that it can name', () => {
    expect([...ROWS.map(([cause]) => cause), 'collators-down'].toSorted()).toEqual([...CAUSES].toSorted());
  });

  it.each(
    ROWS.flatMap(([upper, above], row) =>
      ROWS.slice(row + 1).map(([lower, below]) => [upper, lower, above, below] as const),
    ),
  )('names %s before %s', (upper, _lower, above, below) => {
    expect(diagnose(facts(below, above)).cause).toBe(upper);
  });

  it('calls code the cure for exactly the causes that new code mends', () => {
    const curable = ROWS.filter(([, change]) => diagnose(facts(change)).curableByCode).map(
      ([cause]) => cause,
    );
    expect(curable).toEqual(['pvf-rejected', 'code-mismatch', 'bad-runtime']);
  });

  it('says in each of its sentences something about this para', () => {
    expect(diagnose(facts({ nextBlockPanic: 'divided by zero' })).sentence).toContain('divided by zero');
    expect(diagnose(facts({ paraCodeHash: hash('ee') })).sentence).toContain(hash('ee'));
    expect(diagnose(facts({ observation: { disputesFrozen: 990 } })).sentence).toContain('990');
    expect(diagnose(facts({ observation: { lifecycle: null } })).sentence).toContain('not registered');
  });

  it.each<[string, Change]>([
    ['whether disputes froze inclusion', { observation: { disputesFrozen: undefined } }],
    ['whether it has a core', { observation: { hasCore: undefined } }],
    ['what code its own state holds', { paraCodeHash: undefined }],
    ['whether a node knows the head', { headKnown: undefined }],
    ['what the next block does', { nextBlockPanic: undefined }],
    ['what code the relay stores', { observation: { currentCodeHash: null } }],
  ])('concludes nothing from not knowing %s', (_name, change) => {
    expect(diagnose(facts(change)).cause).toBe('collators-down');
  });

  it.each([
    [2, 2, 'collators-down'],
    [3, 1, 'collators-down'],
    [3, 2, 'fleet-wide'],
    [4, 2, 'collators-down'],
    [4, 3, 'fleet-wide'],
  ])('of %i paras of which %i stopped together says %s', (watched, stoppedTogether, cause) => {
    expect(diagnose(facts({ fleet: { watched, stoppedTogether } })).cause).toBe(cause);
  });

  it.each([
    [1001, 'collators-down'],
    [1000, 'relay-upgrade'],
    [978, 'relay-upgrade'],
    [977, 'collators-down'],
  ])('with the relay upgraded at %i and the last head on 998 says %s', (relayUpgradedAt, cause) => {
    expect(diagnose(facts({ relayUpgradedAt })).cause).toBe(cause);
  });

  it('prefers a code change of the para itself to an upgrade of the relay at the same time', () => {
    const change = { relayUpgradedAt: 995, codeChangedAt: 996, nextBlockPanic: 'boom' };
    expect(diagnose(facts(change)).cause).toBe('bad-runtime');
  });

  it.each([
    [998 - NEAR_ONSET, 'bad-runtime'],
    [998 - NEAR_ONSET - 1, 'collators-down'],
    [1000, 'bad-runtime'],
    [1001, 'collators-down'],
  ])('with no node to try, and the code changed at %i, says %s', (codeChangedAt, cause) => {
    expect(diagnose(facts({ codeChangedAt, nextBlockPanic: undefined, headKnown: undefined })).cause).toBe(
      cause,
    );
  });

  it('does not blame the code that a node can run', () => {
    expect(diagnose(facts({ codeChangedAt: 998, nextBlockPanic: null })).cause).toBe('collators-down');
  });

  it('is made of one-line sentences whatever the facts', () => {
    const anyChanges = fc.subarray(ROWS.map(([, change]) => change));
    fc.assert(
      fc.property(anyChanges, (changes) => {
        const { sentence, helps, avoid } = diagnose(facts(...changes));
        for (const line of [sentence, helps, avoid]) expect(line).toMatch(/^[^\n]{5,300}$/);
      }),
    );
  });

  it('stays one line when the panic message of a runtime is long or has line breaks', () => {
    const { sentence } = diagnose(facts({ nextBlockPanic: `first\n${'x'.repeat(5000)}\u001b[31m` }));
    expect(sentence).toMatch(/^[ -~…]{5,500}$/);
  });
});
