import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { drawStatechart } from '../../machines/statechart.ts';

it('the statechart in machines/README.md is the one that the code draws (npm run docs)', () => {
  const readme = readFileSync(new URL('../../machines/README.md', import.meta.url), 'utf8');
  const block = /```mermaid\n([\s\S]*?)```/.exec(readme)?.[1];
  expect(block).toBe(drawStatechart());
});
