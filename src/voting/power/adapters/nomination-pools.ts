import { concatBytes, encodeText, equalBytes } from '../../../bytes/bytes.ts';
import { encodeLittle } from '../../../bytes/scale.ts';
import type { PowerSource } from '../../../domain/policy/policy.ts';
import { amountAt, fieldOf } from '../layout/shape.ts';
import type { PowerAdapter } from '../power-adapter.ts';
import {
  NATIVE_ACCOUNT,
  NATIVE_ISSUANCE,
  NATIVE_POOL,
  nativeBalance,
  nativeIssuance,
} from './system-account.ts';

/** `AccountType::Bonded` of pallet-nomination-pools. */
const BONDED = 0;

/**
 * What a member's points of a pool are worth: points × active stake of the pool ÷ all its points, rounded down, as the pallet's
 * `points_to_balance`. What is unbonding counts no more. For chains whose pools hold the stake in accounts of their own: it lies in no
 * member's balance, and it counts at most what the pool's account holds, so that the members have no more together.
 */
export const nominationPools: PowerAdapter<PowerSource & { adapter: 'nomination-pools' }> = {
  name: 'nomination-pools',
  wants: ({ pallet, staking }) => [
    [
      { pallet, item: 'PoolMembers', keys: ['account'], amounts: [['pool_id', 'points']] },
      { pallet, item: 'BondedPools', keys: [{ asset: 0 }], amounts: [['points']] },
      { pallet: staking, item: 'Ledger', keys: ['account'], amounts: [['active']] },
      NATIVE_ACCOUNT,
      NATIVE_ISSUANCE,
    ],
  ],
  conflict: (_source, pallets) =>
    pallets.includes('DelegatedStaking')
      ? 'pools of the para leave the stake with their members (pallet DelegatedStaking), whose reserved balance has it: count that, or the account-map DelegatedStaking.Delegators (amount)'
      : null,
  pool: () => NATIVE_POOL,
  portions: () => ['pooled'],
  pointsTo: ({ pallet, staking }) => [`${pallet}.BondedPools`, `${staking}.Ledger`, 'System.Account'],
  balance({ pallet, staking, palletId }, account, storage) {
    const members = `${pallet}.PoolMembers`;
    const member = storage.read(members, account);
    if (member === null) return 0n;
    const [id, points] = storage.decoded(members, () => [
      encodeLittle(amountAt(member, 'pool_id'), 4),
      amountAt(member, 'points'),
    ]);
    const stash = poolAccount(palletId, id, storage.layout.accountBytes);
    const pool = storage.read(`${pallet}.BondedPools`, id);
    const ledger = storage.read(`${staking}.Ledger`, stash);
    const held = nativeBalance(stash, storage);
    if (pool === null || ledger === null) return 0n;
    const owner = fieldOf(ledger, 'stash');
    if (!(owner instanceof Uint8Array) || !equalBytes(owner, stash)) return 0n;
    const active = storage.decoded(`${staking}.Ledger`, () => amountAt(ledger, 'active'));
    const all = storage.decoded(`${pallet}.BondedPools`, () => amountAt(pool, 'points'));
    const stake = active < held ? active : held;
    return all === 0n || points > all ? 0n : (points * stake) / all;
  },
  issuance: (_source, storage) => nativeIssuance(storage),
};

/** `PalletId::into_sub_account_truncating((AccountType::Bonded, pool))`. `pool` is SCALE. */
function poolAccount(palletId: string, pool: Uint8Array, length: number): Uint8Array {
  const account = new Uint8Array(length);
  account.set(concatBytes(encodeText('modl'), encodeText(palletId), Uint8Array.of(BONDED), pool));
  return account;
}
