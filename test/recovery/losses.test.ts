import { describe, expect, it, onTestFinished } from 'vitest';
import type { AcceptedLoss } from '../../src/domain/records/loss.ts';
import { createParaLosses } from '../../src/recovery/para/losses.ts';
import { Database } from '../../src/store/database.ts';
import { lossKey } from '../../src/store/keys.ts';
import { createLosses } from '../../src/store/losses.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const lossOf = (acceptedAt: number, round: number): AcceptedLoss => ({
  paraId: 2000,
  acceptedAt,
  round,
  optIn: null,
  resumedAt: null,
  lost: [],
});

/** The losses of para 2000 as a service finds them at its start. */
async function openLosses(...accepted: readonly AcceptedLoss[]) {
  const database = await Database.open(await temporaryFolder());
  onTestFinished(() => database.close());
  for (const loss of accepted) await database.write([{ key: lossKey(2000, loss.acceptedAt), value: loss }]);
  const told: string[] = [];
  const start = () => createParaLosses(2000, createLosses(database), (name) => told.push(name));
  return { losses: await start(), start, told, database };
}

describe('a para whose loss was accepted', () => {
  it('is told of once, and goes on from the first block that is seen: that is kept for later starts', async () => {
    const { losses, start, told } = await openLosses(lossOf(1, 3));
    expect(losses.notBefore()).toBe(Number.POSITIVE_INFINITY);
    await losses.resume(1000);
    await losses.resume(1001);
    expect(losses.notBefore()).toBe(1064);
    const again = await start();
    await again.resume(5000);
    expect(again.notBefore()).toBe(1064);
    expect(told).toEqual(['loss-accepted']);
  });

  it('begins above the rounds that can have been, on heads of that time only', async () => {
    const { losses } = await openLosses(lossOf(1, 3), lossOf(2, 8));
    expect(losses.roundFloor({ mostRecentContext: 990 })).toBe(8);
    await losses.resume(1000);
    expect(losses.roundFloor({ mostRecentContext: 990 })).toBe(8);
    expect(losses.roundFloor({ mostRecentContext: 1000 })).toBe(8);
    expect(losses.roundFloor({ mostRecentContext: null })).toBe(8);
    expect(losses.roundFloor({ mostRecentContext: 1001 })).toBe(0);
  });
});

it('a para that lost nothing waits for nothing', async () => {
  const { losses } = await openLosses();
  await losses.resume(1000);
  expect([losses.notBefore(), losses.roundFloor({ mostRecentContext: 5 })]).toEqual([0, 0]);
});
