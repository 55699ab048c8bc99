import type { PowerSource } from '../../domain/policy/policy.ts';
import type { Planck } from '../../domain/units.ts';
import type { PowerStorage } from './power-storage.ts';

/**
 * A storage item that an adapter reads, for the comparison with a para's metadata: an `account` key must have the type
 * of the chain's accounts, an asset must fit the key's type.
 */
export interface WantedItem {
  readonly pallet: string;
  readonly item: string;
  readonly keys: readonly ('account' | { readonly asset: number | string })[];
  /** Paths to amounts that the value must have; of several sets the first that is there in full is used. */
  readonly amounts: readonly (readonly string[])[];
  /** Names that a policy gives to parts of the value, with what the value's shape must know them as. */
  readonly names?: { readonly path: string; readonly wanted: readonly string[] };
}

/** Every unit of a pool of tokens lies in one of these parts of somebody's balance. */
/** `pooled`: what others hold for it, in accounts that nobody has a key of. */
export type Portion = 'free' | 'reserved' | 'pooled';

/**
 * One kind of voting power: which storage of the para it needs, and what the values mean. Pure; an adapter a file,
 * registered in `power-adapters.ts`. Amounts are unweighted. Methods read through `storage`, which may find nothing for
 * keys whose values are not known yet; so reading must not depend on the order of keys, and a balance of absent values
 * is 0. They throw `RESCUE_PROOF_INVALID` when the bytes do not have the layout.
 */
export interface PowerAdapter<Source extends PowerSource = PowerSource> {
  readonly name: Source['adapter'];
  /** Alternatives: the first list of items that the chain has in full is used. */
  wants(source: Source): readonly (readonly WantedItem[])[];
  /** Why the source must not be used on a chain with these pallets; null when nothing is against it. */
  conflict?(source: Source, pallets: readonly string[]): string | null;
  /** The token counted: two sources with the same pool share one issuance. */
  pool(source: Source): string;
  /** Items that are read by keys which only values tell: a census takes them whole. */
  pointsTo?(source: Source): readonly string[];
  /** Where the counted units lie. Sources of a pool that share no portion never count a unit twice. */
  portions(source: Source): readonly Portion[];
  /** Never more than what the account holds in these portions. */
  balance(source: Source, account: Uint8Array, storage: PowerStorage): Planck;
  /** Never less than the sum of all balances. */
  issuance(source: Source, storage: PowerStorage): Planck;
}

/** Of an account's own balance. */
export const ALL_PORTIONS: readonly Portion[] = ['free', 'reserved'];
export const EVERYWHERE: readonly Portion[] = [...ALL_PORTIONS, 'pooled'];
