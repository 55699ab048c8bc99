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
import { explainPanic } from '../../src/domain/diagnosis/panics.ts';
import type { TrialVerdict } from '../../src/domain/diagnosis/trial.ts';
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
    pvfRejectedAt: undefined,
    paraCodeHash: healthyPara().currentCodeHash ?? undefined,
    headKnown: { known: true, endpoints: 2, best: 400 },
    nextBlock: { kind: 'accepted' },
    untried: undefined,
  };
  let all = base;
  for (const { observation, ...rest } of changes) {
    all = { ...all, ...rest, observation: { ...all.observation, ...observation } };
  }
  return all;
}

/** A next block whose beginning panics with these words. */
const panic = (words: string): TrialVerdict => ({
  kind: 'failed',
  stage: 'initialize',
  block: 1,
  words,
  inherent: null,
  known: explainPanic(words),
  logs: [],
});

const LOST = { known: false, endpoints: 2, best: 390 };

/** Of each row of the table, from the top, the facts that make it hold. */
const ROWS: readonly (readonly [Cause, Change])[] = [
  ['relay-stalled', { relayLive: false }],
  ['inclusion-frozen', { observation: { disputesFrozen: 990 } }],
  ['fleet-wide', { fleet: { watched: 5, stoppedTogether: 3 } }],
  ['not-live', { observation: { lifecycle: 'OffboardingParachain' } }],
  ['no-core', { observation: { hasCore: false } }],
  ['foreign-head', { observation: { headData: `0x${'00'.repeat(72)}`, head: null } }],
  [
    'upgrade-stuck',
    {
      observation: { futureCodeHash: hash('f0'), futureCodeUpgrade: 1200 },
      nextBlock: panic('divided by zero'),
    },
  ],
  ['code-mismatch', { paraCodeHash: hash('ee') }],
  ['bad-runtime', { nextBlock: panic('divided by zero') }],
  ['relay-upgrade', { relayUpgradedAt: 995 }],
  ['head-lost', { headKnown: LOST }],
  ['pvf-rejected', { pvfRejectedAt: 999 }],
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
    expect(curable).toEqual(['code-mismatch', 'bad-runtime', 'pvf-rejected']);
  });

  it('says in each of its sentences something about this para', () => {
    expect(diagnose(facts({ nextBlock: panic('divided by zero') })).sentence).toContain('divided by zero');
    expect(diagnose(facts({ paraCodeHash: hash('ee') })).sentence).toContain(hash('ee'));
    expect(diagnose(facts({ observation: { disputesFrozen: 990 } })).sentence).toContain('990');
    expect(diagnose(facts({ headKnown: LOST })).sentence).toMatch(
      /none of the 2 configured endpoints .* head 400 .* is 390/,
    );
    expect(
      diagnose(facts({ observation: { headData: `0x${'00'.repeat(72)}`, head: null } })).sentence,
    ).toContain('72 bytes');
    expect(
      diagnose(facts({ nextBlock: undefined, untried: 'para 2000 endpoint 1 of 1 is down' })).sentence,
    ).toContain('could not be tried so far (para 2000 endpoint 1 of 1 is down)');
    expect(diagnose(facts({ observation: { hasCore: undefined } })).sentence).toContain(
      'Whether a core is assigned',
    );
    expect(diagnose(facts({ observation: { lifecycle: null } })).sentence).toContain('not registered');
  });

  it.each<[string, Change]>([
    ['whether disputes froze inclusion', { observation: { disputesFrozen: undefined } }],
    ['whether it has a core', { observation: { hasCore: undefined } }],
    ['what code its own state holds', { paraCodeHash: undefined }],
    ['whether a node knows the head', { headKnown: undefined }],
    ['what the next block does', { nextBlock: undefined }],
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
    const change = { relayUpgradedAt: 995, codeChangedAt: 996, nextBlock: panic('boom') };
    expect(diagnose(facts(change)).cause).toBe('bad-runtime');
  });

  it.each([
    [998 - NEAR_ONSET, 'bad-runtime'],
    [998 - NEAR_ONSET - 1, 'collators-down'],
    [1000, 'bad-runtime'],
    [1001, 'collators-down'],
  ])('with no node to try, and the code changed at %i, says %s', (codeChangedAt, cause) => {
    expect(diagnose(facts({ codeChangedAt, nextBlock: undefined, headKnown: undefined })).cause).toBe(cause);
  });

  it('does not blame the code that a node can run', () => {
    expect(diagnose(facts({ codeChangedAt: 998, nextBlock: { kind: 'accepted' } })).cause).toBe(
      'collators-down',
    );
  });

  it.each<[string, Change, Cause, boolean]>([
    ['a rejection before the last head', { pvfRejectedAt: 500 }, 'collators-down', false],
    ['a rejection and a panic', { pvfRejectedAt: 999, nextBlock: panic('boom') }, 'bad-runtime', true],
    ['a rejection and a lost head', { pvfRejectedAt: 999, headKnown: LOST }, 'head-lost', false],
    [
      'heads that were included under other code than the para’s own',
      { paraCodeHash: hash('ee'), codeChangedAt: 400 },
      'collators-down',
      false,
    ],
    [
      'an upgrade that is due and a next block that works',
      { observation: { futureCodeHash: hash('f0'), futureCodeUpgrade: 905 } },
      'collators-down',
      false,
    ],
    [
      'an upgrade that is due and a next block that panics',
      {
        observation: { futureCodeHash: hash('f0'), futureCodeUpgrade: 905 },
        nextBlock: panic('boom'),
      },
      'upgrade-stuck',
      false,
    ],
    [
      'a relay upgrade that the runtime does not survive',
      { relayUpgradedAt: 995, nextBlock: panic('Invalid host configuration') },
      'bad-runtime',
      true,
    ],
    [
      'collators that set too little apart',
      { nextBlock: panic('expected parent to be included') },
      'bad-runtime',
      false,
    ],
  ])('of %s says what is so now', (_name, change, cause, curable) => {
    expect(diagnose(facts(change))).toMatchObject({ cause, curableByCode: curable });
  });

  it('names the relay chain’s upgrade as what set a panic off', () => {
    const change = { relayUpgradedAt: 995, nextBlock: panic('Invalid host configuration') };
    expect(diagnose(facts(change)).sentence).toContain('changed its own runtime at block 995');
  });

  it('is made of one-line sentences whatever the facts', () => {
    const anyChanges = fc.subarray(ROWS.map(([, change]) => change));
    fc.assert(
      fc.property(anyChanges, (changes) => {
        const { sentence, helps, avoid } = diagnose(facts(...changes));
        for (const line of [sentence, helps, avoid]) expect(line).toMatch(/^[^\n]{5,600}$/);
      }),
    );
  });

  it('stays one line when the panic message of a runtime is long or has line breaks', () => {
    const { sentence } = diagnose(facts({ nextBlock: panic(`first\n${'x'.repeat(5000)}\u001b[31m`) }));
    expect(sentence).toMatch(/^[ -~…]{5,500}$/);
  });
});
