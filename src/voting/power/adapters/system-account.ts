import { RescueError } from '../../../domain/errors.ts';
import type { PowerSource } from '../../../domain/policy/policy.ts';
import type { Planck } from '../../../domain/units.ts';
import { scaleReader } from '../../../proof/scale.ts';
import { storageKey } from '../../../proof/storage-key.ts';
import { amountAt, type Decoded, fieldOf } from '../layout/shape.ts';
import type { PowerAdapter, WantedItem } from '../power-adapter.ts';
import type { PowerStorage } from '../power-storage.ts';

/** `frame_system::AccountInfo` with the `AccountData` of pallet-balances. */
export interface AccountInfo {
  readonly nonce: number;
  readonly consumers: number;
  readonly providers: number;
  readonly sufficients: number;
  readonly free: Planck;
  readonly reserved: Planck;
  readonly frozen: Planck;
  readonly flags: bigint;
}

/** Four u32 (nonce, consumers, providers, sufficients) and four u128 (free, reserved, frozen, flags). */
const ACCOUNT_INFO_LENGTH = 80;

/**
 * Key of `System.Account(account)`, for 32-byte and 20-byte account ids (`Blake2_128Concat` on both kinds of para).
 */
export function systemAccountKey(account: Uint8Array): Uint8Array {
  return storageKey('System', 'Account', { hasher: 'Blake2_128Concat', key: account });
}

/** Key of `Balances.TotalIssuance`. */
export function totalIssuanceKey(): Uint8Array {
  return storageKey('Balances', 'TotalIssuance');
}

/** The standard layout. @throws RESCUE_PROOF_INVALID when the value does not have its length. */
export function decodeAccountInfo(value: Uint8Array): AccountInfo {
  if (value.length !== ACCOUNT_INFO_LENGTH) {
    throw new RescueError(
      'RESCUE_PROOF_INVALID',
      `The proven value of System.Account has ${value.length} bytes where ${ACCOUNT_INFO_LENGTH} are expected: this para's storage layout differs.`,
    );
  }
  const reader = scaleReader(value, 'System.Account value');
  return {
    nonce: reader.u32(),
    consumers: reader.u32(),
    providers: reader.u32(),
    sufficients: reader.u32(),
    free: reader.u128(),
    reserved: reader.u128(),
    frozen: reader.u128(),
    flags: reader.u128(),
  };
}

/** The pool of everything that counts the native token. */
export const NATIVE_POOL = 'Balances.TotalIssuance';
export const NATIVE_ISSUANCE: WantedItem = {
  pallet: 'Balances',
  item: 'TotalIssuance',
  keys: [],
  amounts: [['']],
};
export const NATIVE_ACCOUNT: WantedItem = {
  pallet: 'System',
  item: 'Account',
  keys: ['account'],
  amounts: [['data.free', 'data.reserved']],
};

export function nativeIssuance(storage: PowerStorage): Planck {
  const value = storage.read(NATIVE_POOL);
  return value === null ? 0n : storage.decoded(NATIVE_POOL, () => amountAt(value, ''));
}

/** Free and reserved native balance: nothing native can count for more. */
export function nativeBalance(account: Uint8Array, storage: PowerStorage): Planck {
  const value = storage.read('System.Account', account);
  if (value === null) return 0n;
  return storage.decoded(
    'System.Account',
    () => amountAt(value, 'data.free') + amountAt(value, 'data.reserved'),
  );
}

/** The native balance in `System.Account`; the issuance counts every part of it, whatever the policy counts. */
export const systemAccount: PowerAdapter<PowerSource & { adapter: 'system-account' }> = {
  name: 'system-account',
  wants({ frozen }) {
    const parts = ['data.free', 'data.reserved'];
    const amounts =
      frozen === 'left-out'
        ? [
            [...parts, 'data.frozen'],
            [...parts, 'data.misc_frozen', 'data.fee_frozen'],
          ]
        : [parts];
    return [[{ ...NATIVE_ACCOUNT, amounts }, NATIVE_ISSUANCE]];
  },
  pool: () => NATIVE_POOL,
  portions: ({ count }) => count,
  balance(source, account, storage) {
    const value = storage.read('System.Account', account);
    if (value === null) return 0n;
    return storage.decoded('System.Account', () => {
      const data = fieldOf(value, 'data') ?? null;
      const free = amountAt(data, 'free');
      const reserved = amountAt(data, 'reserved');
      const stuck = source.frozen === 'left-out' ? untouchable(data, reserved) : 0n;
      let sum = 0n;
      if (source.count.includes('free')) sum += free > stuck ? free - stuck : 0n;
      if (source.count.includes('reserved')) sum += reserved;
      return sum;
    });
  },
  issuance: (_source, storage) => nativeIssuance(storage),
};

/**
 * Free balance that freezes and locks hold back. Since the fungible traits, held (reserved) balance counts towards what
 * is frozen; before, `misc_frozen` and `fee_frozen` bound the free balance alone.
 */
function untouchable(data: Decoded, reserved: Planck): Planck {
  if (fieldOf(data, 'frozen') === undefined) {
    const misc = amountAt(data, 'misc_frozen');
    const fee = amountAt(data, 'fee_frozen');
    if (misc > fee) return misc;
    return fee;
  }
  const frozen = amountAt(data, 'frozen');
  return frozen > reserved ? frozen - reserved : 0n;
}
