import type { Key, KeyRange } from '../keys.ts';

export interface StoredRecord {
  readonly key: Key;
  readonly value: Uint8Array;
}

export type Change =
  | { readonly type: 'put'; readonly key: Key; readonly value: Uint8Array }
  | { readonly type: 'del'; readonly key: Key };

/** One step from one format to the next: what it changes, told before anything is written. */
export interface FormatMigration {
  /** @throws RESCUE_STORE_CORRUPT for a record that is not as the earlier format wrote it */
  changes(read: (range: KeyRange) => Promise<readonly StoredRecord[]>): Promise<readonly Change[]>;
}
