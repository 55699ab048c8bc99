import { describe, expect, it } from 'vitest';
import { restorable } from '../../machines/migrations.ts';
import { RECOVERY_MACHINE, RECOVERY_VERSION } from '../../machines/recovery.ts';
import { facts, saved, startDriver } from './machine-driver.ts';

function stalledSnapshot(): Record<string, unknown> {
  const driver = startDriver();
  driver.observe(facts(55));
  driver.observe(facts(60));
  return saved(driver) as Record<string, unknown>;
}

const wrap = (snapshot: unknown, changes = {}) => ({
  machine: RECOVERY_MACHINE,
  version: RECOVERY_VERSION,
  snapshot,
  ...changes,
});

describe('restorable', () => {
  it('gives a fitting snapshot back unchanged', () => {
    const snapshot = stalledSnapshot();
    expect(restorable(wrap(snapshot))).toEqual(snapshot);
  });

  it.each([
    ['another machine', (s: object) => wrap(s, { machine: 'toaster' }), /machine called "toaster"/],
    [
      'a newer version',
      (s: object) => wrap(s, { version: RECOVERY_VERSION + 1 }),
      /A newer program saved it/,
    ],
    ['a version that is no number', (s: object) => wrap(s, { version: Number.NaN }), /version NaN/],
    ['a state that does not exist', (s: object) => wrap({ ...s, value: 'asleep' }), /no state "asleep"/],
    [
      'a nested state that does not exist',
      (s: object) => wrap({ ...s, value: { upgrading: 'x' } }),
      /no state/,
    ],
    ['a composite state without its child', (s: object) => wrap({ ...s, value: 'upgrading' }), /no state/],
    ['a machine that had ended', (s: object) => wrap({ ...s, status: 'stopped' }), /status "stopped"/],
    ['no context', (s: object) => wrap({ ...s, context: undefined }), /context/],
    ['something that is no snapshot', () => wrap('hello'), /cannot be restored/],
    [
      'an actor that the machine does not have',
      (s: object) => wrap({ ...s, children: { x: { src: 'mineBitcoin', snapshot: { status: 'active' } } } }),
      /"mineBitcoin"/,
    ],
  ])('refuses %s, and says so', (_, change, message) => {
    let thrown: unknown;
    try {
      restorable(change(stalledSnapshot()));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({
      code: 'RESCUE_SNAPSHOT_INVALID',
      message: expect.stringMatching(message),
    });
  });

  it('runs the migrations in order, each from one version to the next', () => {
    expect(() => restorable(wrap(stalledSnapshot(), { version: 0 }))).toThrow(/version 0/);
  });
});
