import type { PowerSource } from '../../../domain/policy/policy.ts';
import type { Planck } from '../../../domain/units.ts';
import { amountAt, type Decoded } from '../layout/shape.ts';
import { ALL_PORTIONS, type PowerAdapter } from '../power-adapter.ts';
import {
  NATIVE_ACCOUNT,
  NATIVE_ISSUANCE,
  NATIVE_POOL,
  nativeBalance,
  nativeIssuance,
} from './system-account.ts';

const FRAME_FIELDS = ['locked', 'per_block', 'starting_block'];
const ORML_FIELDS = ['start', 'period', 'period_count', 'per_period'];

/** What has not vested yet at the anchor's head, at most the balance: vesting only locks what is there. */
export const vesting: PowerAdapter<PowerSource & { adapter: 'vesting' }> = {
  name: 'vesting',
  wants({ pallet, clock }) {
    const [clockPallet = '', clockItem = ''] = clock.split('.');
    const others = [
      { pallet: clockPallet, item: clockItem, keys: [], amounts: [['']] },
      NATIVE_ACCOUNT,
      NATIVE_ISSUANCE,
    ];
    return [
      [{ pallet, item: 'Vesting', keys: ['account'], amounts: [FRAME_FIELDS] }, ...others],
      [{ pallet, item: 'VestingSchedules', keys: ['account'], amounts: [ORML_FIELDS] }, ...others],
    ];
  },
  pool: () => NATIVE_POOL,
  portions: () => ALL_PORTIONS,
  balance({ pallet, clock }, account, storage) {
    const frame = Object.hasOwn(storage.layout.items, `${pallet}.Vesting`);
    const item = `${pallet}.${frame ? 'Vesting' : 'VestingSchedules'}`;
    const bound = nativeBalance(account, storage);
    const clockValue = storage.read(clock);
    const now = clockValue === null ? 0n : storage.decoded(clock, () => amountAt(clockValue, ''));
    const value = storage.read(item, account);
    if (!Array.isArray(value)) return 0n;
    const schedules: readonly Decoded[] = value;
    const locked = storage.decoded(item, () =>
      schedules.reduce<Planck>(
        (sum, schedule) => sum + (frame ? frameLocked(schedule, now) : ormlLocked(schedule, now)),
        0n,
      ),
    );
    if (locked < bound) return locked;
    return bound;
  },
  issuance: (_source, storage) => nativeIssuance(storage),
};

/** `VestingInfo::locked_at`: a rate of zero counts as one. */
function frameLocked(schedule: Decoded, now: bigint): Planck {
  const [locked = 0n, rate = 0n, start = 0n] = FRAME_FIELDS.map((field) => amountAt(schedule, field));
  const vested = now > start ? (now - start) * (rate > 0n ? rate : 1n) : 0n;
  return locked > vested ? locked - vested : 0n;
}

/** `VestingSchedule::locked_amount`: whole periods that have not passed yet. */
function ormlLocked(schedule: Decoded, now: bigint): Planck {
  const [start = 0n, period = 0n, count = 0n, each = 0n] = ORML_FIELDS.map((field) =>
    amountAt(schedule, field),
  );
  const passed = now > start && period > 0n ? (now - start) / period : 0n;
  return count > passed ? (count - passed) * each : 0n;
}
