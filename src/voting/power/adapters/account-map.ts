import type { PowerSource } from '../../../domain/policy/policy.ts';
import { amountAt } from '../layout/shape.ts';
import { EVERYWHERE, type PowerAdapter } from '../power-adapter.ts';

/** An amount that some pallet keeps in a map by account: stakes that lie elsewhere than in the balance. */
export const accountMap: PowerAdapter<PowerSource & { adapter: 'account-map' }> = {
  name: 'account-map',
  wants({ pallet, item, field, supply }) {
    const [supplyPallet = '', supplyItem = ''] = supply.split('.');
    return [
      [
        { pallet, item, keys: ['account'], amounts: [[field]] },
        { pallet: supplyPallet, item: supplyItem, keys: [], amounts: [['']] },
      ],
    ];
  },
  pool: ({ supply }) => supply,
  portions: () => EVERYWHERE,
  balance({ pallet, item, field }, account, storage) {
    const name = `${pallet}.${item}`;
    const value = storage.read(name, account);
    return value === null ? 0n : storage.decoded(name, () => amountAt(value, field));
  },
  issuance({ supply }, storage) {
    const value = storage.read(supply);
    return value === null ? 0n : storage.decoded(supply, () => amountAt(value, ''));
  },
};
