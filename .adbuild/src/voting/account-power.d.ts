import type { Policy } from '../domain/policy.ts';
import { type Planck } from '../domain/units.ts';
import { type ProvenValue } from './power-adapter.ts';
import { type PowerLayout } from './power-layout.ts';
/** What of a policy decides voting power. */
export type PowerRules = Pick<Policy, 'power' | 'excluded'>;
/** Tells the proven value of a storage key; null when it's proven to be absent. */
export type StorageLookup = (key: Uint8Array) => ProvenValue;
/**
 * The account's voting power: the weighted sum over the policy's sources. Absent values count as zero, and so does an
 * excluded account. All `…At` and `…From` functions throw RESCUE_PROOF_INVALID when values do not have the layout, and
 * RESCUE_POLICY_UNEXECUTABLE when the layout does not cover the policy.
 */
export declare function powerAt(policy: PowerRules, account: string, get: StorageLookup, layout?: PowerLayout): Planck;
/**
 * Everything that could vote: weighted issuance minus what the excluded accounts hold. Sources that count different
 * portions of one token share its issuance, with the largest weight; it is an upper bound where a policy leaves parts
 * of a balance uncounted or lets them weigh less.
 * @throws RESCUE_PROOF_INVALID also when the excluded accounts hold more than was issued.
 */
export declare function electorateAt(policy: PowerRules, get: StorageLookup, layout?: PowerLayout): Planck;
/** Why the policy gives the account no vote, or null when it has one. */
export declare function exclusionOf(policy: PowerRules, account: string): string | null;
/**
 * Storage keys that tell the power of an account (hex), each once. `known` tells values that were read already: keys
 * that depend on them, such as the ledger of a stash's controller, come only then.
 */
export declare function powerKeys(policy: PowerRules, account: string, layout?: PowerLayout, known?: StorageLookup): Uint8Array[];
/** Storage keys that tell the electorate: of every issuance, then the power keys of every excluded account. */
export declare function electorateKeys(policy: PowerRules, layout?: PowerLayout, known?: StorageLookup): Uint8Array[];
/** `powerAt` from the values of `powerKeys`, in their order; not for sources whose keys depend on values. */
export declare function powerFrom(policy: PowerRules, account: string, values: readonly ProvenValue[], layout?: PowerLayout): Planck;
/** `electorateAt` from the values of `electorateKeys`, in their order. */
export declare function electorateFrom(policy: PowerRules, values: readonly ProvenValue[], layout?: PowerLayout): Planck;
/** Collects the keys that are asked for, each once. */
export declare function recording(known: StorageLookup): {
    readonly keys: Uint8Array[];
    readonly get: StorageLookup;
};
