import { describe, expect, it } from 'vitest';
import {
  labelRegrets,
  lockRegrets,
  neverLocked,
  scheduleRegrets,
  setHeadRegrets,
} from '../../src/routes/registrar/regrets.ts';
import { LIMITS, MANAGER } from '../domain/observations.ts';
import { relayView } from './step-samples.ts';

const words = (regrets: readonly { readonly word: string }[]) => regrets.map(({ word }) => word);

describe('what people regret of an act', () => {
  const { number } = relayView().observation.relay;
  const living = relayView({ mostRecentContext: number - 1 });
  const stopped = relayView({ mostRecentContext: number - 60 });

  it('is code for a living para, and the word for it says that this stops it', () => {
    expect(words(scheduleRegrets(living))).toEqual(['stop-living-para']);
    expect(scheduleRegrets(living)[0]?.reason).toMatch(/This stops it: .*upgrade from the para/);
    expect(words(scheduleRegrets(stopped))).toEqual([]);
    expect(words(scheduleRegrets(stopped, 61))).toEqual(['stop-living-para']);
  });

  it('is code under the old rule, which can brick the para for good', () => {
    const old = { ...stopped, limits: { ...LIMITS, appliesAtExpectedBlock: false } };
    expect(words(scheduleRegrets(old))).toEqual(['risk-bricking']);
    expect(scheduleRegrets(old)[0]?.reason).toMatch(/GoAhead signal is not expected/);
  });

  it('is another head of a living para, and the lock of a stopped one', () => {
    expect(words(setHeadRegrets(living))).toEqual(['move-living-head']);
    expect(words(setHeadRegrets(stopped))).toEqual([]);
    expect(words(lockRegrets(living))).toEqual([]);
    expect(words(lockRegrets(stopped))).toEqual(['lock-stopped-para']);
    expect(words(lockRegrets(stopped, 100_000))).toEqual(['lock-stopped-para']);
    expect(words(lockRegrets(relayView({ mostRecentContext: null })))).toEqual([]);
  });

  it('is a label that nodes of the para do not take, where theirs is known', () => {
    expect(labelRegrets(1001, 1001, 'its state')).toEqual([]);
    expect(labelRegrets(1002, null, 'its state')).toEqual([]);
    expect(labelRegrets(1002, 1001, 'its state')[0]?.reason).toMatch(
      /its spec version is 1002, but its state says 1001: .*Label it with 1001/,
    );
  });

  it('can still come where nothing locked the para yet', () => {
    const registrar = { manager: MANAGER, deposit: 10n };
    expect(neverLocked({ registrar: { ...registrar, locked: null } })).toMatch(/not safe yet: .*lock remove/);
    expect(neverLocked({ registrar: { ...registrar, locked: false } })).toBeNull();
    expect(neverLocked({ registrar: null })).toBeNull();
  });
});
