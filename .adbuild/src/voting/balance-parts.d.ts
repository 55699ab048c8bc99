import type { PowerSource } from '../domain/policy.ts';
import { type PowerAdapter } from './power-adapter.ts';
/** Holds don't overlap each other, and all lie in the reserved balance. */
export declare const balanceHolds: PowerAdapter<PowerSource & {
    adapter: 'balance-holds';
}>;
export declare const balanceFreezes: PowerAdapter<PowerSource & {
    adapter: 'balance-freezes';
}>;
export declare const balanceLocks: PowerAdapter<PowerSource & {
    adapter: 'balance-locks';
}>;
