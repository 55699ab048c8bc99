import { describe, expect, it } from 'vitest';
import { differencesOf } from '../../src/domain/validation/differences.ts';
import { pageText } from '../../src/domain/validation/page-text.ts';
import { lookedPage, plannedSubstitutePage } from '../../src/routes/validation/substitute-page.ts';
import { GENESIS, hash, healthyPara } from '../domain/observations.ts';
import { relayView } from './step-samples.ts';

const { head, currentCodeHash } = healthyPara();
if (head === null || currentCodeHash === null) throw new Error('the sample has a head and code');
const SUBSTITUTE = {
  block: head.number,
  specVersion: 1001,
  code: { hash: currentCodeHash, bytes: 8, runtime: 'para 1001' },
};
const OWN = { hash: hash('66'), specVersion: 1001 };
const RUNS = { runs: true, sentence: 'it answers by the substitute' };
const DOES_NOT = { runs: false, sentence: 'it answers by the code on chain' };

function lookAt(
  number: number,
  { nodes = [DOES_NOT], own = OWN, heads = 0, code = currentCodeHash as `0x${string}` } = {},
) {
  const view = relayView({
    currentCodeHash: code,
    ...(heads > 0 && { head: { ...(head as NonNullable<typeof head>), number: SUBSTITUTE.block + heads } }),
  });
  return { view, moment: { number, hash: hash('77'), at: null }, own, nodes };
}
const planned = (look = lookAt(1000)) =>
  plannedSubstitutePage(SUBSTITUTE, look, { relay: { genesis: GENESIS, runtime: null }, tokens: [] });
const outcomes = ({ steps }: ReturnType<typeof planned>) => steps.map(({ outcome }) => outcome);

describe('the page of a substitute', () => {
  it('is done when each node that is asked runs it and three heads are included, and not before', () => {
    const page = planned();
    expect(outcomes(page)).toEqual(['done', 'under way', 'under way']);
    const half = lookedPage(page, lookAt(1010, { nodes: [RUNS, DOES_NOT], heads: 3 }));
    expect(outcomes(half)).toEqual(['done', 'under way', 'done']);
    expect(half.result.kind).toBe('open');
    // One that was asked before counts though nobody asks it now.
    expect(lookedPage(half, lookAt(1011, { nodes: [RUNS], heads: 3 })).result.kind).toBe('open');
    const whole = lookedPage(half, lookAt(1012, { nodes: [RUNS, RUNS], heads: 4 }));
    expect(whole.result.kind).toBe('done');
    expect(differencesOf(whole)).toEqual([]);
    expect(pageText(whole)).toMatch(/node 2 answers by the substitute \| not looked at \| holds/);
  });

  it('waits for equal labels and the very bytes, and says what is so', () => {
    const page = planned(lookAt(1000, { own: { ...OWN, specVersion: 1000 }, code: hash('99') }));
    expect(outcomes(page)[0]).toBe('under way');
    const [first] = page.steps;
    expect(first?.facts.flatMap(({ before }) => before?.why ?? [])).toEqual([
      expect.stringContaining(hash('99')),
      "the para's own code has label 1000",
    ]);
  });

  it('tells that other code took its place meanwhile', () => {
    const page = lookedPage(planned(), lookAt(1010, { nodes: [RUNS], heads: 3, code: hash('99') }));
    expect(differencesOf(page)).toEqual([
      expect.stringMatching(/^Paras\.CurrentCodeHash\(2000\) was to stay 0x.*, but is 0x99/),
    ]);
  });
});
