import type { PowerSource } from '../domain/policy.ts';
import type { Planck } from '../domain/units.ts';

/** A value read with its proof, in the order of the keys; null where the proof shows that there is none. */
export type ProvenValue = Uint8Array | null;

/**
 * One kind of voting power: which storage of the para it needs, and what the values mean. Pure; an adapter a file,
 * registered in `account-power.ts`. Amounts are unweighted. Methods that read values throw `RESCUE_PROOF_INVALID`
 * when the bytes do not have the layout that the adapter knows.
 */
export interface PowerAdapter<Source extends PowerSource = PowerSource> {
  readonly name: Source['adapter'];
  /** Storage keys that tell the account's balance; their number does not depend on the account. */
  keys(source: Source, account: Uint8Array): readonly Uint8Array[];
  balance(source: Source, values: readonly ProvenValue[]): Planck;
  /** Storage keys that tell how much there is in all. */
  issuanceKeys(source: Source): readonly Uint8Array[];
  /** Never less than the sum of all balances. */
  issuance(source: Source, values: readonly ProvenValue[]): Planck;
}
