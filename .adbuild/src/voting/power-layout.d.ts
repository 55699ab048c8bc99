import { type Hex } from '../domain/units.ts';
import type { ProvenValue } from './power-adapter.ts';
import { type Decoded, type Shape } from './shape.ts';
declare const HASHERS: readonly ['Blake2_128', 'Blake2_128Concat', 'Blake2_256', 'Twox128', 'Twox64Concat', 'Twox256', 'Identity'];
/** One key of a storage map. */
export interface KeyLayout {
    readonly hasher: (typeof HASHERS)[number];
    /** Bytes of the key's SCALE encoding, or null when they vary. */
    readonly bytes: number | null;
    /** True for an unsigned integer, so that an asset's number can be encoded. */
    readonly number: boolean;
}
/** A storage item as the para's own metadata describes it. */
export interface ItemLayout {
    /** The pallet's name in storage keys; nearly always the one in the metadata. */
    readonly prefix: string;
    readonly item: string;
    readonly keys: readonly KeyLayout[];
    readonly value: Shape;
    /** The value that an absent entry stands for, when it isn't all zeros. */
    readonly absent: Hex | null;
}
/** Layout of all storage that a policy's power needs, by `Pallet.Item`. Plain JSON, to be kept with the anchor. */
export interface PowerLayout {
    readonly version: 1;
    /** Bytes of an account id on this chain. */
    readonly accountBytes: 20 | 32;
    readonly items: Readonly<Record<string, ItemLayout>>;
}
/**
 * A layout from JSON that was stored, or came with evidence.
 * @throws RESCUE_PROOF_INVALID when it is none.
 */
export declare function parsePowerLayout(input: unknown): PowerLayout;
/**
 * `System.Account` and `Balances.TotalIssuance` as FRAME has had them since 2023: what is assumed where nobody read the
 * para's metadata. The length of the account's key is left open, so both kinds of account are served.
 */
export declare const STANDARD_LAYOUT: PowerLayout;
/** What an adapter reads storage through: keys and values by the layout of one chain. */
export declare class PowerStorage {
    #private;
    readonly layout: PowerLayout;
    constructor(layout: PowerLayout, get: (key: Uint8Array) => ProvenValue);
    /** @throws RESCUE_POLICY_UNEXECUTABLE when the layout lacks the item. */
    item(name: string): ItemLayout;
    /** The decoded value, or null when there is none. */
    read(name: string, ...keys: readonly Uint8Array[]): Decoded | null;
    /** SCALE encoding of an asset id for the given key of an item: hex as it is, numbers in the key's width. */
    assetKey(name: string, index: number, asset: number | string): Uint8Array;
    /** @throws RESCUE_PROOF_INVALID for bytes that the layout doesn't fit. */
    decoded<T>(name: string, decode: () => T): T;
}
export {};
