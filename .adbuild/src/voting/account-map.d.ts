import type { PowerSource } from '../domain/policy.ts';
import { type PowerAdapter } from './power-adapter.ts';
/** An amount that some pallet keeps in a map by account: stakes that lie elsewhere than in the balance. */
export declare const accountMap: PowerAdapter<PowerSource & {
    adapter: 'account-map';
}>;
