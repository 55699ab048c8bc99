import type { Chain } from './chain/chain.ts';
import { type DevAccount } from './keys.ts';
/** Casts the votes on new validation code that real validators cast after preparing it: one each, in every session. */
export declare class Validators {
    #private;
    /** The account that includes candidates: a proxy of the relay's sudo. */
    readonly account: DevAccount;
    /** When set, validators vote against every code. */
    rejectPvf: boolean;
    constructor(relay: Chain, accounts: readonly DevAccount[]);
    /** Unsigned extrinsics for the next block: a vote for each open ballot by each validator that has not voted yet. */
    pvfVotes(): Uint8Array[];
}
