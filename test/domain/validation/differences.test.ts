import { expect, it } from 'vitest';
import { validationPage } from '../../../src/domain/records/validation.ts';
import { differencesOf } from '../../../src/domain/validation/differences.ts';
import { hash, samplePage, sampleStep } from './samples.ts';

const [CALL] = sampleStep().calls;
const [EXTRINSIC] = sampleStep().extrinsics;
const [FACT] = sampleStep().facts;
if (!CALL || !EXTRINSIC || !FACT) throw new Error('the sample has one of each');
const [CHANGE, LOCK] = samplePage().changes;
if (!CHANGE || !LOCK) throw new Error('the sample has two changes');

it('finds none where all went as expected, and the record takes the page', () => {
  const page = samplePage();
  expect(differencesOf(page)).toEqual([]);
  expect(validationPage.strict.parse(JSON.parse(JSON.stringify(page)))).toEqual(page);
});

it.each([
  [
    'another call',
    { extrinsics: [{ ...EXTRINSIC, callHash: hash(0xcb) }] },
    /0xcbcb.* was sent by .* expected/,
  ],
  ['another signer', { extrinsics: [{ ...EXTRINSIC, signer: hash(0x0b) }] }, /was sent by 0x0b0b/],
  ['another chain', { extrinsics: [{ ...EXTRINSIC, chain: 'contracts chain' }] }, /expected/],
  [
    'another method where no bytes were known',
    { calls: [{ ...CALL, hash: null }], extrinsics: [{ ...EXTRINSIC, method: 'registrar.addLock' }] },
    /registrar\.addLock .* was sent/,
  ],
  [
    'a failed extrinsic',
    { extrinsics: [{ ...EXTRINSIC, status: 'failed' as const, problem: 'registrar.ParaLocked' }] },
    /failed: registrar\.ParaLocked/,
  ],
  [
    'a lost extrinsic',
    { extrinsics: [{ ...EXTRINSIC, status: 'lost' as const, problem: 'its era ended' }, EXTRINSIC] },
    /got lost: its era ended/,
  ],
  [
    'a fact that did not come about',
    { facts: [{ ...FACT, after: { number: 102, why: 'the relay stores another' } }] },
    /was expected, but the relay stores another/,
  ],
  [
    'a step that took long',
    { to: { number: 200, hash: null, at: null } },
    /took 100 relay blocks, 2 were expected/,
  ],
  ['a step that failed', { outcome: 'failed' as const }, /this step failed/],
  ['a step that was not reached', { outcome: 'not reached' as const, from: null, to: null }, /not reached/],
])('tells of %s', (_, step, sentence) => {
  const found = differencesOf(samplePage({ steps: [sampleStep(step)] }));
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(sentence);
});

it('tells of every value that is not as it was to be, and of none whose end nobody can know', () => {
  const other = { bytes: hash(2), shown: hash(2) };
  const changes = [
    { ...CHANGE, after: other },
    { ...LOCK, after: { bytes: null, shown: 'manager somebody else' } },
    { ...CHANGE, expected: { kind: 'open' as const, words: 'moves on' }, after: other },
    { ...CHANGE, after: null },
  ];
  expect(differencesOf(samplePage({ changes }))).toEqual([
    expect.stringMatching(/CurrentCodeHash\(2000\) was to become 0xc0c0.*, but is 0x0202/),
    expect.stringMatching(/Registrar.Paras\(2000\) was to stay manager .*, but is manager somebody else/),
    expect.stringMatching(/nobody read it afterwards/),
  ]);
});

it('takes what has not happened yet for no difference while the page is open, and for one once it is closed', () => {
  const steps = [
    sampleStep(),
    sampleStep({ id: 'lock-again', outcome: 'under way', to: null, extrinsics: [] }),
  ];
  const open = { kind: 'open' as const, words: null, at: null };
  expect(differencesOf(samplePage({ steps, result: open }))).toEqual([]);
  const failed = { kind: 'failed' as const, words: 'the validators rejected the code', at: null };
  expect(differencesOf(samplePage({ steps, result: failed }))).toEqual([
    'it failed: the validators rejected the code',
    expect.stringContaining('left under way'),
  ]);
});
