import { equalBytes } from '../../../bytes/bytes.ts';
import type { PowerSource } from '../../../domain/policy/policy.ts';
import { amountAt, fieldOf } from '../layout/shape.ts';
import { ALL_PORTIONS, type PowerAdapter } from '../power-adapter.ts';
import { NATIVE_ISSUANCE, NATIVE_POOL, nativeIssuance } from './system-account.ts';

/**
 * The stake of a stash, which votes; its controller doesn't. The ledger lies under the controller, nearly always the
 * stash itself: that one is read at once, another one's once `Bonded` names it.
 */
export const stakingLedger: PowerAdapter<PowerSource & { adapter: 'staking-ledger' }> = {
  name: 'staking-ledger',
  wants: ({ pallet, count }) => [
    [
      { pallet, item: 'Bonded', keys: ['account'], amounts: [] },
      { pallet, item: 'Ledger', keys: ['account'], amounts: [[count]] },
      NATIVE_ISSUANCE,
    ],
  ],
  pool: () => NATIVE_POOL,
  portions: () => ALL_PORTIONS,
  balance({ pallet, count }, account, storage) {
    const item = `${pallet}.Ledger`;
    const controller = storage.read(`${pallet}.Bonded`, account);
    const own = storage.read(item, account);
    if (!(controller instanceof Uint8Array)) return 0n;
    const ledger = equalBytes(controller, account) ? own : storage.read(item, controller);
    if (ledger === null) return 0n;
    return storage.decoded(item, () => {
      const stash = fieldOf(ledger, 'stash');
      // A ledger of somebody else: the account unbonded, and its controller serves another stash now.
      if (!(stash instanceof Uint8Array) || !equalBytes(stash, account)) return 0n;
      return amountAt(ledger, count);
    });
  },
  issuance: (_source, storage) => nativeIssuance(storage),
};
