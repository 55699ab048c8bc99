import type { PowerSource } from '../domain/policy.ts';
import type { PowerAdapter } from './power-adapter.ts';
/** A currency of ORML's tokens pallet; its frozen balance binds the free one alone. */
export declare const ormlTokens: PowerAdapter<PowerSource & {
    adapter: 'tokens';
}>;
