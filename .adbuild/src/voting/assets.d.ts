import type { PowerSource } from '../domain/policy.ts';
import { type PowerAdapter } from './power-adapter.ts';
type Source = PowerSource & {
    adapter: 'assets';
};
/** An asset of pallet-assets, in any of its instances. */
export declare const assets: PowerAdapter<Source>;
export {};
