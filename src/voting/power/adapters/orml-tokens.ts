import type { PowerSource } from '../../../domain/policy/policy.ts';
import { amountAt } from '../layout/shape.ts';
import type { PowerAdapter } from '../power-adapter.ts';

/** A currency of ORML's tokens pallet; its frozen balance binds the free one alone. */
export const ormlTokens: PowerAdapter<PowerSource & { adapter: 'tokens' }> = {
  name: 'tokens',
  wants({ pallet, currency, frozen }) {
    const parts = ['free', 'reserved', ...(frozen === 'left-out' ? ['frozen'] : [])];
    return [
      [
        { pallet, item: 'Accounts', keys: ['account', { asset: currency }], amounts: [parts] },
        { pallet, item: 'TotalIssuance', keys: [{ asset: currency }], amounts: [['']] },
      ],
    ];
  },
  pool: ({ pallet, currency }) => `${pallet}.TotalIssuance(${currency})`,
  portions: ({ count }) => count,
  balance({ pallet, currency, count, frozen }, account, storage) {
    const item = `${pallet}.Accounts`;
    const value = storage.read(item, account, storage.assetKey(item, 1, currency));
    if (value === null) return 0n;
    return storage.decoded(item, () => {
      const free = amountAt(value, 'free');
      const stuck = frozen === 'left-out' ? amountAt(value, 'frozen') : 0n;
      let sum = 0n;
      if (count.includes('free')) sum += free > stuck ? free - stuck : 0n;
      if (count.includes('reserved')) sum += amountAt(value, 'reserved');
      return sum;
    });
  },
  issuance({ pallet, currency }, storage) {
    const item = `${pallet}.TotalIssuance`;
    const value = storage.read(item, storage.assetKey(item, 0, currency));
    return value === null ? 0n : storage.decoded(item, () => amountAt(value, ''));
  },
};
