import { expect, it } from 'vitest';
import type { PlannedCode } from '../../src/domain/route/option.ts';
import type { Planner } from '../../src/readiness/look-at-plan.ts';
import { createPlanDesk } from '../../src/recovery/acts/plan-desk.ts';
import { hash, healthyPara } from '../domain/observations.ts';
import { sampleOptIn, samplePlan } from '../store/samples.ts';

const CODE: PlannedCode = { hash: hash('cc'), size: 40, specName: 'para', specVersion: 7 };

/** A desk for one para, and how often the chains were read. */
function openDesk(plan: Planner = async () => samplePlan(null)) {
  const seen = { block: 1000, optIn: sampleOptIn(), looks: 0 };
  const observed = () =>
    healthyPara({
      relay: { number: seen.block, hash: hash(String(seen.block % 90)), stateRoot: hash('02') },
    });
  const desk = createPlanDesk({ policy: async () => null, code: async () => null }, (asked) => {
    seen.looks += 1;
    return plan(asked);
  });
  const tracker = {
    para: { id: 2000, reader: { runtimeVersion: never, codeHash: never, prove: never } },
    held: [],
    latest: () => ({ observation: observed() }),
    optIn: () => seen.optIn,
  };
  return { seen, ask: (code: PlannedCode | null = null) => desk(tracker, code) };
}

const never = () => Promise.reject(new Error('nobody asks for this here'));

it('who asks for the same twice within a block gets the same plan, and the chains are read once', async () => {
  const { seen, ask } = openDesk();
  const [first, second] = await Promise.all([ask(CODE), ask({ ...CODE })]);
  expect(second).toBe(first);
  expect(await ask(CODE)).toBe(first);
  expect(seen.looks).toBe(1);
});

it('a new block, other code and another policy are looked at anew', async () => {
  const { seen, ask } = openDesk();
  await ask(CODE);
  await ask();
  await ask({ ...CODE, hash: hash('dd') });
  expect(seen.looks).toBe(3);
  seen.block += 1;
  await ask(CODE);
  expect(seen.looks).toBe(4);
  seen.optIn = { ...seen.optIn, policy: hash('5f') };
  await ask(CODE);
  expect(seen.looks).toBe(5);
});

it('a look that failed is not kept, and old ones make room', async () => {
  let failures = 1;
  const { seen, ask } = openDesk(async () => {
    failures -= 1;
    if (failures >= 0) throw new Error('no node answers');
    return samplePlan(null);
  });
  await expect(ask(CODE)).rejects.toThrow('no node answers');
  await ask(CODE);
  expect(seen.looks).toBe(2);
  for (let size = 0; size < 16; size += 1) await ask({ ...CODE, size });
  await ask(CODE);
  expect(seen.looks).toBe(2 + 16 + 1);
});
