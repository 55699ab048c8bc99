import { describe, expect, it } from 'vitest';
import type { ConditionName } from '../../src/domain/chain/condition.ts';
import { type EventData, type EventName, newEvent } from '../../src/domain/events.ts';
import type { FleetTrouble } from '../../src/domain/fleet/causes.ts';
import type { ParaId } from '../../src/domain/units.ts';
import { createFleetTeller } from '../../src/recovery/fleet/fleet-teller.ts';

/** A relay chain of so many paras, whose conditions the test sets, and what was told of them. */
function open(count: number, configured: readonly ParaId[] = []) {
  const told: { readonly paraId: ParaId | null; readonly type: EventName; readonly data: unknown }[] = [];
  const conditions = new Map<ParaId, ConditionName>(
    Array.from({ length: count }, (_, index) => [index, 'healthy' as const]),
  );
  const teller = createFleetTeller({
    configured: new Set(configured),
    tell: <Name extends EventName>(paraId: ParaId | null, type: Name, data: EventData<Name>) => {
      told.push({ paraId, type, data: newEvent({ paraId, relayBlock: 1 }, type, data).data });
    },
  });
  let block = 0;
  return {
    conditions,
    /** Blocks pass; the events of them. */
    pass: (blocks = 1, troubles: readonly FleetTrouble[] = [], isKnown = true) => {
      for (let passed = 0; passed < blocks; passed += 1) {
        block += 1;
        const seen = [...conditions].map(([paraId, is]) => [paraId, { is, sentence: is }] as const);
        teller.tell({ block, isKnown, conditions: new Map(seen), troubles });
      }
      return told.splice(0);
    },
    set: (ids: readonly ParaId[], is: ConditionName) => {
      for (const id of ids) conditions.set(id, is);
    },
  };
}

const ids = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);
const trouble = (stopped: readonly ParaId[], cause: FleetTrouble['cause'] = 'fleet-wide'): FleetTrouble => ({
  cause,
  since: 1,
  stopped,
  lived: stopped.length,
  sentence: 'all stopped',
});

describe('events about all paras of a relay chain', () => {
  it('are one for the start, then one for each that changes, and none for those told of elsewhere', () => {
    const { pass, set } = open(5, [4]);
    set([1], 'stalled');
    expect(pass()).toMatchObject([{ paraId: null, type: 'fleet-seen', data: { paras: 5 } }]);
    set([2, 4], 'stalled');
    expect(pass()).toMatchObject([
      { paraId: 2, type: 'condition-changed', data: { from: 'healthy', to: 'stalled' } },
    ]);
    set([2], 'unknown');
    expect(pass(5)).toEqual([]);
    set([2], 'healthy');
    expect(pass(5)).toMatchObject([{ data: { from: 'stalled', to: 'healthy' } }]);
  });

  it('is one when all of them stop, one when that is over, and then one for each that stays away', () => {
    const { pass, set } = open(1000);
    pass();
    const all = ids(1000);
    set(all, 'stalled');
    expect(pass(500, [trouble(all)])).toMatchObject([
      { paraId: null, type: 'fleet-trouble', data: { cause: 'fleet-wide', stopped: 1000, paras: ids(20) } },
    ]);
    set(all, 'healthy');
    set([3, 7], 'stalled');
    expect(pass(40)).toMatchObject([
      { type: 'fleet-trouble-over', data: { cause: 'fleet-wide' } },
      { paraId: 3, type: 'condition-changed' },
      { paraId: 7, type: 'condition-changed' },
    ]);
  });

  it('do not repeat what comes and goes from block to block', () => {
    const { pass } = open(10);
    pass();
    const events = ids(60).flatMap((turn) => pass(1, turn % 5 === 0 ? [trouble(ids(6))] : []));
    expect(events.map(({ type }) => type)).toEqual(['fleet-trouble']);
  });

  it('are few, whatever a thousand paras do for hours', () => {
    const { pass, set } = open(1000);
    pass();
    let count = 0;
    const blocks = 3_600;
    for (let block = 0; block < blocks; block += 1) {
      const some = ids(100, (block * 37) % 900);
      set(some, block % 2 === 0 ? 'stalled' : 'healthy');
      count += pass().length;
    }
    // Thirty an hour one by one, and one in fifty blocks for all others.
    expect(count).toBeLessThanOrEqual((blocks / 600 + 1) * 30 + blocks / 50 + 1);
    expect(count).toBeGreaterThan(blocks / 50 - 2);
  });

  it('say nothing new while nothing is known', () => {
    const { pass, set } = open(5);
    pass();
    set(ids(5), 'unknown');
    expect(pass(30, [trouble([], 'relay-stalled')], false)).toMatchObject([
      { type: 'fleet-trouble', data: { cause: 'relay-stalled' } },
    ]);
    expect(pass(30, [], false)).toEqual([]);
    set(ids(5), 'healthy');
    expect(pass(30)).toMatchObject([{ type: 'fleet-trouble-over' }]);
  });

  it('tell of one that comes and of one that goes', () => {
    const { pass, conditions } = open(3);
    pass();
    conditions.set(77, 'not-live');
    conditions.delete(1);
    expect(pass(3)).toMatchObject([
      { paraId: 77, data: { from: 'not-registered', to: 'not-live' } },
      { paraId: 1, data: { from: 'healthy', to: 'not-registered' } },
    ]);
  });
});
