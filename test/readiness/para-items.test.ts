import { describe, expect, it } from 'vitest';
import { fromHex, type Hex, toHex } from '../../src/bytes/hex.ts';
import { storagePrefix } from '../../src/proof/index.ts';
import { itemsIn } from '../../src/readiness/look-at-para.ts';

const PALLETS = new Set(['Aura', 'AuraExt', 'ParachainSystem', 'MultiBlockMigrations']);
const AUTHORITY = '11'.repeat(32);

function items(values: Readonly<Record<string, Hex>>, pallets: ReadonlySet<string> = PALLETS) {
  const stored = new Map(
    Object.entries(values).map(([name, value]) => {
      const [pallet = '', item = ''] = name.split('.');
      return [toHex(storagePrefix(pallet, item)), fromHex(value)];
    }),
  );
  return itemsIn(pallets, (key) => stored.get(toHex(key)) ?? null);
}

describe('what a para stores that decides about a rescue', () => {
  it('is read of the pallets that it has', () => {
    const some = {
      'Aura.Authorities': `0x04${AUTHORITY}`,
      'AuraExt.Authorities': `0x08${AUTHORITY}${AUTHORITY}`,
      'MultiBlockMigrations.Cursor': '0x01',
    } as const;
    expect(items(some)).toEqual({
      auraAuthorities: 1,
      auraExtAuthorities: 2,
      hasPendingCode: false,
      migrations: 'stuck',
    });
    expect(items({ 'MultiBlockMigrations.Cursor': '0x0000000000' })).toMatchObject({
      auraAuthorities: 0,
      migrations: 'active',
    });
    expect(Object.values(items(some, new Set())).every((value) => value === undefined)).toBe(true);
  });

  it('is what the runtime takes it for where somebody wrote a value that is none', () => {
    const odd = {
      'Aura.Authorities': '0x',
      'AuraExt.Authorities': '0x03',
      'ParachainSystem.PendingValidationCode': '0x',
      'MultiBlockMigrations.Cursor': '0x',
    } as const;
    // An empty pending code is in the way of every upgrade too: only whether there is a value is asked.
    expect(items(odd)).toEqual({
      auraAuthorities: 0,
      auraExtAuthorities: 0,
      hasPendingCode: true,
      migrations: 'none',
    });
  });
});
