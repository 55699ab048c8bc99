import { describe, expect, it } from 'vitest';
import { fleetTroubles, isFleetWide, stoppedAt } from '../../src/domain/fleet/causes.ts';
import type { FleetPara, FleetReading } from '../../src/domain/fleet/reading.ts';
import { countConditions, countsText, type FleetRow, troublesFirst } from '../../src/domain/fleet/row.ts';

const NOW = 10_000;
const GAP = 50;
const relay = { number: NOW, hash: '0x01', stateRoot: '0x02' } as const;

/** Paras whose last heads are so many blocks old; null for one without. */
function parasOf(...ages: readonly (number | null)[]): FleetPara[] {
  return ages.map((age, index) => ({
    paraId: 2000 + index,
    lifecycle: 'Parachain',
    mostRecentContext: age === null ? null : NOW - age,
    hasCore: true,
  }));
}

function troublesOf(
  paras: readonly FleetPara[],
  change: Partial<FleetReading> = {},
  facts: Partial<Parameters<typeof fleetTroubles>[1]> = {},
) {
  const reading = { relay, paras, coresAt: NOW, disputesFrozen: null, ...change };
  return fleetTroubles(reading, { gap: GAP, relayLive: true, lag: 2, relayUpgradedAt: null, ...facts });
}

describe('what is wrong with many paras at once', () => {
  it('is nothing while most of them live, however many died one by one', () => {
    expect(troublesOf(parasOf(1, 2, 1, 3, 60, 500, 9_000))).toEqual([]);
    expect(troublesOf(parasOf(60, 300, 700, 2_000, 9_000))).toEqual([]);
    expect(troublesOf([])).toEqual([]);
  });

  it('is backing when more than half of those that lived stopped together, told at half of the gap', () => {
    expect(troublesOf(parasOf(24, 24, 22, 23, 1))).toEqual([]);
    const [trouble, ...others] = troublesOf(parasOf(25, 26, 28, 1));
    expect(others).toEqual([]);
    expect(trouble).toMatchObject({
      cause: 'fleet-wide',
      since: NOW - 25,
      stopped: [2000, 2001, 2002],
      lived: 4,
    });
    expect(troublesOf(parasOf(25, 26, 1, 1))).toEqual([]);
  });

  it('counts nobody who had died before, has no core, is not live, or never had a head', () => {
    const dead = parasOf(...Array.from({ length: 40 }, (_, index) => 1_000 + 20 * index));
    const stopped = parasOf(30, 30, 31).map((para) => ({ ...para, paraId: para.paraId + 1_000 }));
    expect(troublesOf([...dead, ...stopped])).toMatchObject([
      { cause: 'fleet-wide', lived: 3, since: NOW - 30 },
    ]);
    const [first, ...rest] = stopped;
    if (!first) throw new Error('there is none');
    for (const change of [{ hasCore: false }, { lifecycle: 'Onboarding' }, { mostRecentContext: null }]) {
      expect(troublesOf([{ ...first, ...change }, ...rest])).toEqual([]);
    }
    // Where a core cannot be told of, it counts.
    expect(troublesOf([{ ...first, hasCore: undefined }, ...rest])).toHaveLength(1);
  });

  it('is the upgrade of the relay chain when some stopped at it, few or many', () => {
    const some = parasOf(1, 1, 1, 1, 1, 1, 1, 1, 40, 41, 38);
    expect(troublesOf(some)).toEqual([]);
    expect(troublesOf(some, {}, { relayUpgradedAt: NOW - 41 })).toMatchObject([
      { cause: 'relay-upgrade', since: NOW - 41, stopped: [2008, 2009, 2010], lived: 11 },
    ]);
    expect(troublesOf(parasOf(40, 40, 40, 1), {}, { relayUpgradedAt: NOW - 41 })).toMatchObject([
      { cause: 'relay-upgrade', stopped: [2000, 2001, 2002] },
    ]);
    // Long after it, or by one alone: that is something else.
    expect(troublesOf(some, {}, { relayUpgradedAt: NOW - 90 })).toEqual([]);
    expect(troublesOf(parasOf(1, 1, 1, 40), {}, { relayUpgradedAt: NOW - 41 })).toEqual([]);
  });

  it('is the relay chain itself before anything that it says of its paras, then a dispute', () => {
    const paras = parasOf(60, 60, 60);
    expect(troublesOf(paras, { disputesFrozen: NOW - 60 }, { relayLive: false, lag: 30 })).toMatchObject([
      { cause: 'relay-stalled', stopped: [], sentence: expect.stringContaining('30 blocks behind') },
    ]);
    expect(troublesOf(paras, { disputesFrozen: NOW - 60 })).toMatchObject([
      { cause: 'inclusion-frozen', since: NOW - 60, stopped: [2000, 2001, 2002] },
    ]);
    expect(troublesOf(parasOf(1, 1), { disputesFrozen: NOW - 1 })).toMatchObject([
      { cause: 'inclusion-frozen', stopped: [] },
    ]);
    expect(troublesOf(parasOf(1, 1), { disputesFrozen: undefined })).toEqual([]);
  });

  it('takes three for the fewest, and more than half of them', () => {
    expect([isFleetWide(2, 2), isFleetWide(3, 2), isFleetWide(4, 2), isFleetWide(1000, 501)]).toEqual([
      false,
      true,
      false,
      true,
    ]);
    expect(stoppedAt(parasOf(60, 61, 3), { at: NOW - 60, now: NOW, silent: 50 })).toEqual({
      lived: 3,
      stopped: [2000, 2001],
    });
  });
});

describe('the list of all paras', () => {
  const row = (paraId: number, condition: FleetRow['condition'], age: number | null = 1): FleetRow => ({
    paraId,
    name: null,
    condition,
    sentence: '',
    age,
    cause: null,
    configured: false,
  });

  it('has the troubles first, of these the newest first, and those that are well by their ids', () => {
    const rows = [
      row(1, 'healthy', 3),
      row(2, 'healthy', 1),
      row(3, 'stalled', 900),
      row(4, 'stalled', 60),
      row(5, 'never-started', null),
      row(6, 'no-core', 70),
      row(7, 'unknown', 1),
      row(8, 'idle', 4_000),
    ];
    expect(troublesFirst(rows).map(({ paraId }) => paraId)).toEqual([4, 3, 7, 6, 5, 8, 1, 2]);
    expect(countsText(countConditions(rows.map(({ condition }) => condition)))).toBe(
      '2 stalled, 1 unknown, 1 no-core, 1 never-started, 1 idle, 2 healthy',
    );
  });
});
