import { expect, it } from 'vitest';
import { diagnose } from '../../src/domain/diagnosis/diagnosis.ts';
import { diagnosisView, remediesOf, viewOf, warningsOf } from '../../src/domain/records/diagnosis.ts';
import { BOOM, facts } from '../domain/diagnosis/stopped-para.ts';

/** As version 0.1.0 answers it. */
const EARLIER = {
  cause: 'bad-runtime',
  curableByCode: true,
  sentence: 'the para stopped soon after its code changed',
  helps: 'patched code',
  avoid: 'a head reset',
};

it('a diagnosis of an earlier service is read, with what it says of what to do', () => {
  const view = diagnosisView.tolerant.parse(EARLIER);
  expect(view).toMatchObject(EARLIER);
  expect(remediesOf(view)).toEqual(['patched code']);
  expect(warningsOf(view)).toEqual(['a head reset']);
  expect(warningsOf({ ...view, avoid: '' })).toEqual([]);
});

it('a diagnosis is answered so that readers of that version find what they look for', () => {
  const view = viewOf({ ...diagnose(facts({ nextBlock: BOOM })), triedAt: 990 });
  for (const name of Object.keys(EARLIER)) expect(view).toHaveProperty(name);
  expect(view.helps).toMatch(/patched code/);
  expect(diagnosisView.strict.parse(JSON.parse(JSON.stringify(view)))).toEqual(view);
});
