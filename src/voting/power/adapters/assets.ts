import type { PowerSource } from '../../../domain/policy/policy.ts';
import { amountAt, DecodedVariant, fieldOf } from '../layout/shape.ts';
import { ALL_PORTIONS, type PowerAdapter } from '../power-adapter.ts';

type Source = PowerSource & { adapter: 'assets' };

/** An asset of pallet-assets, in any of its instances. */
export const assets: PowerAdapter<Source> = {
  name: 'assets',
  wants({ pallet, asset, frozen, holder }) {
    const account = {
      pallet,
      item: 'Account',
      keys: [{ asset }, 'account'] as const,
      amounts: [['balance']],
    };
    const supply = { pallet, item: 'Asset', keys: [{ asset }], amounts: [['supply']] };
    const held =
      holder === undefined
        ? []
        : [
            {
              pallet: holder,
              item: 'BalancesOnHold',
              keys: [{ asset }, 'account'] as const,
              amounts: [['']],
            },
          ];
    const named = { ...account, names: { path: 'status', wanted: ['Liquid'] } };
    const older = { ...account, amounts: [['balance', 'is_frozen']] };
    return frozen === 'left-out'
      ? [
          [named, supply, ...held],
          [older, supply, ...held],
        ]
      : [[account, supply, ...held]];
  },
  pool: ({ pallet, asset }) => `${pallet}.Asset(${asset})`,
  portions: () => ALL_PORTIONS,
  balance({ pallet, asset, frozen, holder }, account, storage) {
    const item = `${pallet}.Account`;
    const value = storage.read(item, storage.assetKey(item, 0, asset), account);
    const held = `${holder}.BalancesOnHold`;
    const onHold =
      holder === undefined ? null : storage.read(held, storage.assetKey(held, 0, asset), account);
    const holds = onHold === null ? 0n : storage.decoded(held, () => amountAt(onHold, ''));
    if (value === null) return holds;
    return storage.decoded(item, () => {
      if (frozen === 'left-out' && !isLiquid(fieldOf(value, 'status') ?? fieldOf(value, 'is_frozen')))
        return 0n;
      return amountAt(value, 'balance') + holds;
    });
  },
  issuance({ pallet, asset }, storage) {
    const item = `${pallet}.Asset`;
    const value = storage.read(item, storage.assetKey(item, 0, asset));
    return value === null ? 0n : storage.decoded(item, () => amountAt(value, 'supply'));
  },
};

/** `AccountStatus` (Liquid, Frozen, Blocked), before it `is_frozen`. */
function isLiquid(status: unknown): boolean {
  return status instanceof DecodedVariant ? status.name === 'Liquid' : status === false;
}
