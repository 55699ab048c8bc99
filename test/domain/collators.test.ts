import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collatorSection, neededVoices } from '../../src/domain/policy/collator-rules.ts';
import { type Policy, policyHash, policySchema } from '../../src/domain/policy/policy.ts';
import { policyDifference } from '../../src/domain/policy/policy-difference.ts';
import { policyConcerns } from '../../src/domain/policy/policy-obstacles.ts';
import { policySentences } from '../../src/domain/policy/policy-sentences.ts';
import type { CollatorBody } from '../../src/domain/round/collators.ts';
import type { Choice } from '../../src/domain/round/round.ts';
import {
  advanceClock,
  type CandidateTally,
  createVoteSums,
  decideRound,
  isPassing,
  isQuorate,
  openClock,
  type WeighedVote,
} from '../../src/domain/round/tally.ts';
import { samplePolicy } from '../store/samples.ts';
import { hash } from './observations.ts';

const [P, Q] = [hash('01'), hash('02')];
const account = (index: number) => hash(index.toString(16).padStart(2, '0'));
const voting = { approval: '60%', quorum: '20%' };

function body(size: number, rule: object = {}): CollatorBody {
  const members = Array.from({ length: size }, (_, index) => account(100 + index));
  return { members: new Set(members), rule: collatorSection.parse(rule) };
}

/** Collator by collator, then a holder with all the power there is, who says aye. */
function tallyOf(
  collators: CollatorBody | null,
  voices: readonly Choice[],
  holders: Choice | null = 'aye',
): CandidateTally {
  const sums = createVoteSums(collators);
  const cast = (index: number, choice: Choice, power: bigint) =>
    sums.add({ account: account(index), proposal: P, choice, power });
  for (const [index, choice] of voices.entries()) cast(100 + index, choice, 0n);
  if (holders !== null) cast(1, holders, 100n);
  return { ...sums.tally(P, 100n, voting), admittedAt: 10, endorsed: false };
}

const ayes = (count: number) => Array<Choice>(count).fill('aye');

function policy(change: object): unknown {
  return { ...samplePolicy(), ...change };
}
const problems = (change: object): string[] => {
  const parsed = policySchema.safeParse(policy(change));
  return parsed.success ? [] : parsed.error.issues.map(({ message }) => message);
};
const parsed = (collators: object): Policy => policySchema.parse(policy({ collators }));

describe('the threshold of collators', () => {
  it.each([
    [4, '3/4', 3],
    [3, '3/4', 3],
    [3, '2/3', 2],
    [7, '3/4', 6],
    [7, '5/7', 5],
    [8, '5/7', 6],
    [1, '3/4', 1],
    [2, '3/4', 2],
    [100, '667/999', 67],
    [5, '1/1', 5],
  ])('of %i at %s is %i', (size, threshold, needed) => {
    expect(neededVoices(size, threshold)).toBe(needed);
    expect(tallyOf(body(size, { threshold }), ayes(needed)).collators).toMatchObject({
      size,
      approved: true,
    });
    expect(tallyOf(body(size, { threshold }), ayes(needed - 1)).collators?.approved).toBe(false);
  });

  it('is the least whole number that is not below the share', () => {
    const part = fc.integer({ min: 1, max: 999 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), part, part, (size, numerator, denominator) => {
        const needed = neededVoices(size, `${numerator}/${denominator}`);
        expect(needed * denominator).toBeGreaterThanOrEqual(size * numerator);
        expect((needed - 1) * denominator).toBeLessThan(size * numerator);
      }),
    );
  });

  it('is of all collators: neither silence nor abstaining nor power helps', () => {
    expect(tallyOf(body(4), [...ayes(2), 'abstain', 'abstain']).collators).toEqual({
      decide: 'beside-holders',
      size: 4,
      needed: 3,
      ayes: 2,
      nays: 0,
      abstains: 2,
      approved: false,
    });
    expect(tallyOf(body(4), [...ayes(3), 'nay']).collators?.approved).toBe(true);
  });

  it('is never reached where there are none', () => {
    const empty = tallyOf(body(0, { decide: 'alone' }), []);
    expect(empty.collators).toMatchObject({ size: 0, needed: 0, approved: false });
    expect(isPassing(empty)).toBe(false);
  });
});

describe('the voice of a collator', () => {
  it('is one, whatever it holds, and moves with its later vote', () => {
    const sums = createVoteSums(body(3));
    const first: WeighedVote = { account: account(100), proposal: P, choice: 'aye', power: 10n ** 30n };
    sums.add(first);
    sums.add({ ...first, account: account(1) });
    expect(sums.tally(P, 1n, voting).collators).toMatchObject({ ayes: 1, nays: 0 });
    sums.add(first, -1);
    sums.add({ ...first, proposal: Q, choice: 'nay' });
    expect(sums.tally(P, 1n, voting).collators).toMatchObject({ ayes: 0, nays: 0 });
    expect(sums.tally(Q, 1n, voting).collators).toMatchObject({ ayes: 0, nays: 1 });
  });
});

describe('a decision', () => {
  const decide = (tally: CandidateTally, now = 60) =>
    decideRound([tally], openClock(0, { ...samplePolicy().voting, longestBlocks: 100 }), now, {
      shortestBlocks: 50,
    }).kind;
  const alone = body(4, { decide: 'alone' });
  const beside = body(4);

  it.each<[string, CollatorBody | null, number, Choice | null, 'open' | 'approved']>([
    ['by holders', null, 0, 'aye', 'approved'],
    ['by both', beside, 3, 'aye', 'approved'],
    ['by holders without the collators', beside, 2, 'aye', 'open'],
    ['by collators without the holders', beside, 4, null, 'open'],
    ['by collators against the holders', beside, 4, 'nay', 'open'],
    ['by collators alone', alone, 3, null, 'approved'],
    ['by collators alone, whatever holders said', alone, 3, 'nay', 'approved'],
    ['by too few collators alone', alone, 2, 'aye', 'open'],
  ])('%s', (_what, collators, voices, holders, kind) => {
    const tally = tallyOf(collators, ayes(voices), holders);
    expect(decide(tally)).toBe(kind);
    // Not before its time, and rejected when the round closes with nothing passed.
    expect(decide(tally, 59)).toBe('open');
    expect(decide(tally, 100)).toBe(kind === 'open' ? 'rejected' : 'approved');
  });

  it('extends the round late only when every body that decides has come', () => {
    const rules = { ...samplePolicy().voting, longestBlocks: 100, lateQuorumExtensionBlocks: 10 };
    const clock = openClock(0, rules);
    const extended = (tally: CandidateTally) => advanceClock(clock, 95, isQuorate(tally), rules).extended;
    expect(extended(tallyOf(null, []))).toBe(true);
    expect(extended(tallyOf(beside, ayes(2)))).toBe(false);
    expect(extended(tallyOf(beside, ayes(3)))).toBe(true);
    expect(extended(tallyOf(beside, ayes(3), null))).toBe(false);
    expect(extended(tallyOf(alone, ayes(3), null))).toBe(true);
  });
});

describe('a policy with collators', () => {
  it('names Session.Validators and three quarters beside the holders unless it says otherwise', () => {
    expect(parsed({}).collators).toEqual({
      sets: ['Session.Validators'],
      threshold: '3/4',
      decide: 'beside-holders',
    });
  });

  it('has another hash than one without, whose hash stays', () => {
    expect(policyHash(parsed({}))).not.toBe(policyHash(samplePolicy()));
    expect(policyHash(policySchema.parse(policy({})))).toBe(policyHash(samplePolicy()));
  });

  it.each([
    ['a half', { threshold: '1/2' }, /more than a half/],
    ['more than all', { threshold: '4/3' }, /more than all/],
    ['a share of nothing', { threshold: '1/0' }, /fraction/],
    ['a percentage', { threshold: '75%' }, /fraction/],
    ['a list twice', { sets: ['Session.Validators', 'Session.Validators'] }, /named twice/],
    ['no list', { sets: [] }, /./],
    ['keys beside accounts', { sets: ['Session.Validators', 'Aura.Authorities'] }, /another by its key/],
    ['what is no item', { sets: ['validators'] }, /Pallet.Item/],
  ])('is refused with %s', (_what, collators, message) => {
    expect(problems({ collators }).join()).toMatch(message);
  });

  it('may count no power at all only where collators decide alone and nobody proposes by power', () => {
    const named = { accounts: [hash('0a')], minimumPower: undefined };
    const alone = { decide: 'alone' };
    expect(problems({ power: [], proposers: named }).join()).toMatch(/nobody would have voting power/);
    expect(problems({ power: [], proposers: named, collators: {} }).join()).toMatch(/voting power/);
    expect(problems({ power: [], proposers: named, collators: alone })).toEqual([]);
    expect(problems({ power: [], collators: alone }).join()).toMatch(/voting power/);
  });

  it('may have collators propose, who need to be named then', () => {
    const proposers = { collators: true };
    expect(problems({ proposers }).join()).toMatch(/needs the section collators/);
    expect(problems({ proposers, collators: {}, power: [{ adapter: 'system-account' }] })).toEqual([]);
    expect(problems({ proposers, collators: { decide: 'alone' }, power: [] })).toEqual([]);
    const words = { amount: String, blocks: String, number: String, symbol: 'UNIT' };
    const said = policySentences(policySchema.parse(policy({ proposers, collators: {} })), words);
    expect(said).toContain('Code may be proposed by each collator who decides.');
  });

  it('says in sentences who decides', () => {
    const words = { amount: String, blocks: String, number: String, symbol: 'UNIT' };
    const said = (collators: object) => policySentences(parsed(collators), words).join('\n');
    expect(said({})).toMatch(/Besides, 3\/4 of the collators that Session\.Validators names/);
    expect(said({})).toMatch(/of ayes among ayes and nays/);
    expect(said({ decide: 'alone' })).toMatch(/They decide alone: holders do not vote/);
    expect(said({ decide: 'alone' })).not.toMatch(/of ayes among ayes and nays/);
    expect(policyDifference(samplePolicy(), parsed({})).join('\n')).toMatch(
      /share of the collators that has to say aye: nothing said → 3\/4/,
    );
  });

  it('warns of keys in nodes, and of a list that somebody sets', () => {
    const concerns = (sets: string[]) => policyConcerns(parsed({ sets })).join();
    expect(concerns(['Aura.Authorities'])).toMatch(/keys in their nodes/);
    expect(concerns(['CollatorSelection.Invulnerables'])).toMatch(/whoever may set that list/);
    expect(concerns(['CollatorSelection.Invulnerables', 'CollatorSelection.CandidateList'])).not.toMatch(
      /whoever may set/,
    );
  });
});
