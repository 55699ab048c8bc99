import { describe, expect, it } from 'vitest';
import { obstacles } from '../../src/routes/facts.ts';
import { actObstacles, lockAct, scheduleAct, setHeadAct } from '../../src/routes/registrar/manager-acts.ts';
import { hash, LIMITS, MANAGER } from '../domain/observations.ts';
import { relayView } from './step-samples.ts';

const LOCKED = { registrar: { manager: MANAGER, deposit: 10n, locked: true } };

describe('an act of the manager', () => {
  it('can work on an unlocked para', () => {
    const view = relayView();
    expect(actObstacles(scheduleAct(2000, Uint8Array.of(1), hash('77')), view)).toEqual([]);
    expect(actObstacles(lockAct(2000), view)).toEqual([]);
    expect(actObstacles(setHeadAct(2000, Uint8Array.of(1, 2, 3)), view)).toEqual([]);
    expect(actObstacles(setHeadAct(2000, new Uint8Array(LIMITS.maxHeadDataSize)), view)).toEqual([]);
  });

  it.each([
    [
      'schedules the stored code',
      scheduleAct(2000, Uint8Array.of(1), hash('05')),
      {},
      'already stores this code',
    ],
    [
      'schedules for a locked para',
      scheduleAct(2000, Uint8Array.of(1), hash('77')),
      LOCKED,
      'para is locked',
    ],
    ['locks a locked para', lockAct(2000), LOCKED, 'the para is locked already'],
    ['locks a para that has no manager', lockAct(2000), { registrar: null }, 'the registrar has no entry'],
    ['sets the stored head', setHeadAct(2000, Uint8Array.of(0)), {}, 'stores this head already'],
    ['sets the head of a locked para', setHeadAct(2000, Uint8Array.of(1)), LOCKED, 'the para is locked'],
    [
      'sets a head that is too long',
      setHeadAct(2000, new Uint8Array(LIMITS.maxHeadDataSize + 1)),
      {},
      'the head has 20481 bytes, the relay takes at most 20480',
    ],
  ])('is refused when it %s', (_, act, change, sentence) => {
    expect(actObstacles(act, relayView(change))).toEqual([expect.stringContaining(sentence)]);
  });

  it('is done when storage shows its effect', () => {
    const code = scheduleAct(2000, Uint8Array.of(1), hash('77'));
    expect(obstacles(code.after, relayView())).not.toEqual([]);
    expect(obstacles(code.after, relayView({ futureCodeHash: hash('77') }))).toEqual([]);
    expect(obstacles(lockAct(2000).after, relayView(LOCKED))).toEqual([]);
    const head = setHeadAct(2000, Uint8Array.of(1));
    expect(obstacles(head.after, relayView({ headData: '0x01' }))).toEqual([]);
  });
});
