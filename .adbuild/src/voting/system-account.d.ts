import type { PowerSource } from '../domain/policy.ts';
import type { Planck } from '../domain/units.ts';
import type { PowerAdapter, WantedItem } from './power-adapter.ts';
import type { PowerStorage } from './power-layout.ts';
/** `frame_system::AccountInfo` with the `AccountData` of pallet-balances. */
export interface AccountInfo {
    readonly nonce: number;
    readonly consumers: number;
    readonly providers: number;
    readonly sufficients: number;
    readonly free: Planck;
    readonly reserved: Planck;
    readonly frozen: Planck;
    readonly flags: bigint;
}
/**
 * Key of `System.Account(account)`, for 32-byte and 20-byte account ids (`Blake2_128Concat` on both kinds of para).
 */
export declare function systemAccountKey(account: Uint8Array): Uint8Array;
/** Key of `Balances.TotalIssuance`. */
export declare function totalIssuanceKey(): Uint8Array;
/** The standard layout. @throws RESCUE_PROOF_INVALID when the value does not have its length. */
export declare function decodeAccountInfo(value: Uint8Array): AccountInfo;
/** The pool of everything that counts the native token. */
export declare const NATIVE_POOL = "Balances.TotalIssuance";
export declare const NATIVE_ISSUANCE: WantedItem;
export declare const NATIVE_ACCOUNT: WantedItem;
export declare function nativeIssuance(storage: PowerStorage): Planck;
/** Free and reserved native balance: nothing native can count for more. */
export declare function nativeBalance(account: Uint8Array, storage: PowerStorage): Planck;
/** The native balance in `System.Account`; the issuance counts every part of it, whatever the policy counts. */
export declare const systemAccount: PowerAdapter<PowerSource & {
    adapter: 'system-account';
}>;
