import { expect, it } from 'vitest';
import { differencesOf } from '../../../src/domain/validation/differences.ts';
import { pageText } from '../../../src/domain/validation/page-text.ts';
import { hash, samplePage, sampleStep } from './samples.ts';

it('says what is to be done, what was observed, and how each point is recomputed', () => {
  const text = pageText(samplePage());
  expect(text).toMatch(/^\*\*Executed: done, 1 of 1 steps in 12 relay blocks \(2 min\)\*\*$/m);
  expect(text).toContain('Everything is as it was expected.');
  expect(text).toMatch(/^\| call \| registrar\.scheduleCodeUpgrade on the relay chain \|$/m);
  expect(text).toMatch(/^\| fee \| 0\.0015 UNIT \(1500000000 planck\) \|$/m);
  expect(text).toMatch(/^\| in block \| 101 0x6565/m);
  expect(text).toContain('"method":"state_getStorage","params":["KEY","BLOCK"]');
  expect(text).toContain(
    `| Paras.CurrentCodeHash(2000) | ${hash(0x5e)} | ${hash(0x64)} | ${hash(1)} | ${hash(1)} |`,
  );
  expect(text).toContain(`pararescue verify bundle.jsonl --relay-block ${hash(0x50)} --policy ${hash(0x70)}`);
  expect(text).toContain('pararescue code hash code.wasm');
});

it('names those who released the decision, with the block at which they did', () => {
  const [account, signature] = [hash(0x77), `0x${'11'.repeat(64)}` as const];
  const release = { account, admittedAt: 95, expires: 900, sequence: 1, signature, scheme: 'sr25519' };
  expect(pageText(samplePage({ releases: [release] }))).toContain(
    `| released by | ${account} at relay block 95 |`,
  );
  expect(pageText(samplePage())).not.toContain('released by');
});

it('puts what differs above everything else', () => {
  const page = samplePage({ steps: [sampleStep({ outcome: 'failed' })] });
  const text = pageText(page);
  expect(differencesOf(page)).toHaveLength(1);
  expect(text.indexOf('## 1 DIFFERENCE FROM WHAT WAS EXPECTED')).toBeLessThan(
    text.indexOf('| what | value |'),
  );
  expect(text).not.toContain('Everything is as it was expected');
});

it('says that others did a step for which this service sent nothing', () => {
  expect(pageText(samplePage({ steps: [sampleStep({ extrinsics: [] })] }))).toContain(
    'Somebody else brought it about',
  );
});

it('holds nothing of others raw: no markup, no link, no line of their own, no text without end', () => {
  const evil = `x\n\n# heading\n| a | b |\n<script>alert(1)</script> ![](https://evil.example) \`code\` **bold** www.evil.example ${'long '.repeat(5000)}`;
  const step = sampleStep();
  const text = pageText(
    samplePage({
      route: evil,
      notes: [evil],
      relay: { genesis: hash(1), runtime: evil },
      code: { hash: hash(2), bytes: null, runtime: evil },
      result: { kind: 'failed', words: evil, at: null },
      steps: [
        {
          ...step,
          title: evil,
          facts: step.facts.map((fact) => ({ ...fact, text: evil, after: { number: 1, why: evil } })),
          calls: step.calls.map((call) => ({ ...call, method: evil, args: { evil }, signer: evil })),
          extrinsics: step.extrinsics.map((made) => ({ ...made, problem: evil, status: 'failed' as const })),
        },
      ],
      changes: [
        {
          place: { chain: evil, item: evil, key: null, how: evil },
          meaning: evil,
          expected: { kind: 'open', words: evil },
          before: { bytes: null, shown: evil },
          after: { bytes: null, shown: evil },
        },
      ],
    }),
  );
  expect(text).not.toMatch(/(?<!\\)<script/);
  expect(text).not.toMatch(/^# heading/m);
  expect(text).not.toMatch(/https:\/\//);
  expect(text).not.toMatch(/(?<!\\)\*\*bold/);
  expect(text).not.toMatch(/www\.evil/);
  expect(text).not.toMatch(/(?<!\\)!\[\]\(/);
  expect(text.length).toBeLessThan(400_000);
  for (const line of text.split('\n')) if (line.startsWith('| ')) expect(line).toMatch(/ \|$/);
});
