import { readFileSync } from 'node:fs';
import { Level } from 'level';
import { fromHex } from '../../src/bytes/hex.ts';
import type { Hex } from '../../src/domain/units.ts';

/**
 * Databases of format 2 that services really wrote, killed in the middle of a rescue; two of them before records had one schema
 * each. JSON as text, other values as hex; without code and trie nodes, and with journalled extrinsics cut short.
 */
export interface EarlierRecord {
  readonly key: Hex;
  readonly value: string;
}

export const EARLIER_DATABASES = ['registrar', 'contract', 'voting'] as const;
export type EarlierName = (typeof EARLIER_DATABASES)[number];

export function earlierRecords(name: EarlierName): EarlierRecord[] {
  // Also where this was built into the folder dist.
  const fixtures = import.meta.url.endsWith('.js') ? '../../../test/fixtures' : '../fixtures';
  return JSON.parse(
    readFileSync(new URL(`${fixtures}/database-format-2/${name}.json`, import.meta.url), 'utf8'),
  );
}

/** A folder with these records, or with those of this database. */
export async function earlierDatabase(
  records: EarlierName | readonly EarlierRecord[],
  folder: string,
): Promise<string> {
  const level = new Level<Uint8Array, Uint8Array>(folder, { keyEncoding: 'view', valueEncoding: 'view' });
  for (const { key, value } of typeof records === 'string' ? earlierRecords(records) : records) {
    await level.put(fromHex(key), value.startsWith('0x') ? fromHex(value) : new TextEncoder().encode(value));
  }
  await level.close();
  return folder;
}
