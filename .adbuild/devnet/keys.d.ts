import type { IKeyringPair } from '@polkadot/types/types';
import { type Hex } from './bytes.ts';
/** A development account: its key is public knowledge, its balances are worth nothing. */
export interface DevAccount {
    readonly name: string;
    readonly uri: string;
    /** Account id. */
    readonly account: Hex;
    readonly address: string;
    readonly pair: IKeyringPair;
}
/** The account with which the network includes candidates. */
export declare const INCLUSION = "Inclusion";
export declare function devAccount(name: string, uri?: string): DevAccount;
/** A token holder of the para, with what it owns at genesis, in planck (12 decimals). */
export interface Holder extends DevAccount {
    readonly balance: bigint;
}
/** Holders with differing balances: from 1,000 to 12,000 PARA and a fraction, so that sums are not round. */
export declare function devHolders(): Holder[];
