import type { PowerSource } from '../../../domain/policy/policy.ts';
import type { Planck } from '../../../domain/units.ts';
import { amountAt, type Decoded, DecodedVariant, fieldOf } from '../layout/shape.ts';
import { ALL_PORTIONS, type PowerAdapter, type WantedItem } from '../power-adapter.ts';
import type { PowerStorage } from '../power-storage.ts';
import {
  NATIVE_ACCOUNT,
  NATIVE_ISSUANCE,
  NATIVE_POOL,
  nativeBalance,
  nativeIssuance,
} from './system-account.ts';

/** Holds don't overlap each other, and all lie in the reserved balance. */
export const balanceHolds: PowerAdapter<PowerSource & { adapter: 'balance-holds' }> = {
  name: 'balance-holds',
  wants: ({ reasons }) => [[listOf('Holds', reasons), NATIVE_ISSUANCE]],
  pool: () => NATIVE_POOL,
  portions: () => ['reserved'],
  balance: ({ reasons }, account, storage) =>
    amounts('Balances.Holds', reasons, account, storage).reduce((sum, amount) => sum + amount, 0n),
  issuance: (_source, storage) => nativeIssuance(storage),
};

export const balanceFreezes: PowerAdapter<PowerSource & { adapter: 'balance-freezes' }> = {
  name: 'balance-freezes',
  wants: ({ ids }) => [[listOf('Freezes', ids), NATIVE_ACCOUNT, NATIVE_ISSUANCE]],
  pool: () => NATIVE_POOL,
  portions: () => ALL_PORTIONS,
  balance: ({ ids }, account, storage) => largest('Balances.Freezes', ids, account, storage),
  issuance: (_source, storage) => nativeIssuance(storage),
};

export const balanceLocks: PowerAdapter<PowerSource & { adapter: 'balance-locks' }> = {
  name: 'balance-locks',
  wants: ({ ids }) => [[listOf('Locks', ids), NATIVE_ACCOUNT, NATIVE_ISSUANCE]],
  pool: () => NATIVE_POOL,
  portions: () => ALL_PORTIONS,
  balance: ({ ids }, account, storage) => largest('Balances.Locks', ids, account, storage),
  issuance: (_source, storage) => nativeIssuance(storage),
};

function listOf(item: string, wanted: readonly string[] | undefined): WantedItem {
  const list: WantedItem = { pallet: 'Balances', item, keys: ['account'], amounts: [['amount']] };
  return wanted === undefined ? list : { ...list, names: { path: 'id', wanted } };
}

/** Locks and freezes lie over one another, and may exceed the balance that they bind. */
function largest(
  item: string,
  wanted: readonly string[] | undefined,
  account: Uint8Array,
  storage: PowerStorage,
): Planck {
  const bound = nativeBalance(account, storage);
  let most = 0n;
  for (const amount of amounts(item, wanted, account, storage)) if (amount > most) most = amount;
  if (most < bound) return most;
  return bound;
}

function amounts(
  item: string,
  wanted: readonly string[] | undefined,
  account: Uint8Array,
  storage: PowerStorage,
): Planck[] {
  const value = storage.read(item, account);
  if (!Array.isArray(value)) return [];
  const parts: readonly Decoded[] = value;
  return storage.decoded(item, () =>
    parts
      .filter((part) => wanted === undefined || wanted.includes(nameOf(fieldOf(part, 'id') ?? null)))
      .map((part) => amountAt(part, 'amount')),
  );
}

/** `Staking.Staking` of an enum in an enum, the characters of the eight bytes of a lock. */
function nameOf(id: Decoded): string {
  if (id instanceof Uint8Array) return String.fromCharCode(...id);
  if (!(id instanceof DecodedVariant)) return '';
  const inner = nameOf(id.value);
  return inner === '' ? id.name : `${id.name}.${inner}`;
}
