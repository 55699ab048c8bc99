import { RescueError } from '../domain/errors.ts';
import type { PowerSource } from '../domain/policy.ts';
import type { Planck } from '../domain/units.ts';
import { ScaleReader } from '../proof/scale.ts';
import { storageKey } from '../proof/storage-key.ts';
import type { PowerAdapter, ProvenValue } from './power-adapter.ts';

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
const U128_LENGTH = 16;

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

/** @throws RESCUE_PROOF_INVALID when the value does not have the length of the layout. */
export function decodeAccountInfo(value: Uint8Array): AccountInfo {
  checkLength(value, ACCOUNT_INFO_LENGTH, 'System.Account');
  const reader = new ScaleReader(value, 'System.Account value');
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

/** The native balance in `System.Account`; the issuance counts every part of it, whatever the policy counts. */
export const systemAccount: PowerAdapter<PowerSource & { adapter: 'system-account' }> = {
  name: 'system-account',
  keys: (_source, account) => [systemAccountKey(account)],
  balance(source, values) {
    const value = single(values);
    if (value === null) return 0n;
    const info = decodeAccountInfo(value);
    let sum = 0n;
    if (source.count.includes('free')) sum += info.free;
    if (source.count.includes('reserved')) sum += info.reserved;
    return sum;
  },
  issuanceKeys: () => [totalIssuanceKey()],
  issuance(_source, values) {
    const value = single(values);
    if (value === null) return 0n;
    checkLength(value, U128_LENGTH, 'Balances.TotalIssuance');
    return new ScaleReader(value, 'Balances.TotalIssuance value').u128();
  },
};

function single(values: readonly ProvenValue[]): ProvenValue {
  const [value] = values;
  if (values.length !== 1 || value === undefined) {
    throw new RescueError('RESCUE_INTERNAL', `Adapter system-account needs one value, got ${values.length}.`);
  }
  return value;
}

function checkLength(value: Uint8Array, length: number, item: string): void {
  if (value.length === length) return;
  throw new RescueError(
    'RESCUE_PROOF_INVALID',
    `The proven value of ${item} has ${value.length} bytes where the adapter system-account expects ${length}: this para's storage layout differs, so its balances cannot be read with this adapter.`,
  );
}
