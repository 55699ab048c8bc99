import { type Hex, type Planck } from '../domain/units.ts';
import { type PowerRules } from './account-power.ts';
import type { ProvenValue } from './power-adapter.ts';
import { type PowerLayout } from './power-layout.ts';
export interface ProvenPower {
    readonly power: Planck;
    readonly keys: readonly Uint8Array[];
    readonly values: readonly ProvenValue[];
}
/** Fetches trie nodes that prove the keys at the anchor's head, unverified. */
export type NodeSource = (keys: readonly Uint8Array[]) => Promise<readonly Uint8Array[]>;
/**
 * An account's voting power, with the storage that tells it, from trie nodes under the anchor head's state root.
 * `account` is hex. An account that the proof shows to be absent has power 0.
 * @throws RESCUE_PROOF_INVALID
 */
export declare function provePower(policy: PowerRules, account: string, stateRoot: Hex, nodes: readonly Uint8Array[], layout?: PowerLayout): ProvenPower;
/**
 * The electorate, from trie nodes under the anchor head's state root that yield all `electorateKeys`.
 * @throws RESCUE_PROOF_INVALID
 */
export declare function proveElectorate(policy: PowerRules, stateRoot: Hex, nodes: readonly Uint8Array[], layout?: PowerLayout): Planck;
/**
 * Fetches and proves an account's power, in as many rounds as its keys depend on values: one for nearly all adapters.
 * @throws RESCUE_PROOF_INVALID, and what `fetch` throws.
 */
export declare function collectPower(policy: PowerRules, account: string, stateRoot: Hex, fetch: NodeSource, layout?: PowerLayout): Promise<ProvenPower & {
    readonly nodes: readonly Uint8Array[];
}>;
/** Fetches and proves the electorate, as `collectPower` does for an account. */
export declare function collectElectorate(policy: PowerRules, stateRoot: Hex, fetch: NodeSource, layout?: PowerLayout): Promise<{
    readonly electorate: Planck;
    readonly nodes: readonly Uint8Array[];
}>;
