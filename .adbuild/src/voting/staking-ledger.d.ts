import type { PowerSource } from '../domain/policy.ts';
import { type PowerAdapter } from './power-adapter.ts';
/**
 * The stake of a stash, which votes; its controller doesn't. The ledger lies under the controller, nearly always the
 * stash itself: that one is read at once, another one's once `Bonded` names it.
 */
export declare const stakingLedger: PowerAdapter<PowerSource & {
    adapter: 'staking-ledger';
}>;
