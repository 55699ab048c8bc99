import type { Hex, Planck } from '../units.ts';

/** One changed entry of an item, decoded by the runtime on its side of the change. */
export interface EntryDifference {
  /** Of a key of more than 512 bytes the first ones. */
  readonly key: Hex;
  /** The keys of a map as polkadot-js shows them; empty for a plain item. */
  readonly of: readonly string[];
  /** Decoded values as one line, or bytes where they do not decode; null where there is none. */
  readonly before: string | null;
  readonly after: string | null;
}

export interface ItemDifference {
  /** `Pallet.Item` as metadata spells it; for keys of no pallet the key itself. */
  readonly name: string;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** The watched ones, and then the first ones by key, as far as there is room. */
  readonly entries: readonly EntryDifference[];
}

/** A sum before and after. */
export interface SumChange {
  readonly before: Planck;
  readonly after: Planck;
}

export interface StateDifference {
  /** `Balances.TotalIssuance`; null where a state holds none that can be read. */
  readonly issuance: SumChange | null;
  /**
   * Free and reserved of all accounts in `System.Account` that were changed, added up; null when one of them cannot be read. It
   * moves with the issuance, unless somebody's balance is made or destroyed beside it.
   */
  readonly accounts: (SumChange & { readonly changed: number }) | null;
  /** What everybody must look at first: issuance, code, authorities, sudo key, locks, and the watched keys. */
  readonly first: readonly ItemDifference[];
  /** What else the code changes once. */
  readonly once: readonly ItemDifference[];
  /** What every block changes. */
  readonly routine: readonly { readonly name: string; readonly keys: number }[];
  /** Items that are not listed, because there are too many. */
  readonly hidden: number;
}

/** A changed entry with its bytes. */
export interface ChangedEntry {
  readonly key: Hex;
  readonly before: Hex | null;
  readonly after: Hex | null;
}

/** Changed entries one by one, for those who ask what becomes of their own. */
export interface ChangedEntries {
  readonly told: readonly ChangedEntry[];
  /** How many more there are. */
  readonly more: number;
}
