import type { PowerSource } from '../domain/policy.ts';
import { type PowerAdapter } from './power-adapter.ts';
/** What has not vested yet at the anchor's head, at most the balance: vesting only locks what is there. */
export declare const vesting: PowerAdapter<PowerSource & {
    adapter: 'vesting';
}>;
