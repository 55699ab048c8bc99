import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Level } from 'level';
import { describe, expect, it } from 'vitest';
import { crc32c } from '../../src/store/tables/crc32c.ts';
import { unsnappy } from '../../src/store/tables/snappy.ts';
import { lookAtTable } from '../../src/store/tables/table-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The bytes of a table that LevelDB wrote, with many blocks. */
async function realTable(): Promise<Buffer> {
  const path = await temporaryFolder();
  const level = new Level<string, string>(path);
  await level.batch(
    Array.from({ length: 2000 }, (_, index) => ({
      type: 'put' as const,
      key: `key ${String(index).padStart(6, '0')}`,
      value: `value ${index} `.repeat(10),
    })),
  );
  await level.close();
  // Opening once more moves the log into a table.
  await level.open();
  await level.close();
  const [table = ''] = (await readdir(path)).filter((name) => name.endsWith('.ldb'));
  return readFile(join(path, table));
}

describe('a table of LevelDB', () => {
  it('is whole as LevelDB wrote it', async () => {
    const look = lookAtTable(await realTable());
    expect(look).toMatchObject({ damaged: 0, mended: null });
    expect(look.blocks).toBeGreaterThan(10);
  });

  it('is known for damaged wherever one bit flips but in the padding of its end, and mended to one that is whole', async () => {
    const table = await realTable();
    const total = lookAtTable(table).blocks ?? 0;
    const places = Array.from({ length: 150 }, (_, index) => Math.floor((index * (table.length - 60)) / 150));
    for (const at of places) {
      const copy = Buffer.from(table);
      copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8));
      const { mended, damaged } = lookAtTable(copy);
      expect(mended, `byte ${at}`).not.toBeNull();
      if (mended === null) continue;
      expect(mended.length).toBe(table.length);
      const again = lookAtTable(mended);
      expect(again).toMatchObject({ damaged: 0, mended: null });
      if (damaged === 1) expect([0, total - 1]).toContain(again.blocks);
    }
  });

  it.each([0, 10, 47, 48, 60])(
    'of %i bytes of nothing is damaged, and there is nothing to mend',
    (length) => {
      expect(lookAtTable(new Uint8Array(length))).toEqual({ blocks: null, damaged: 1, mended: null });
    },
  );
});

it('the checksum is CRC-32C: vectors of RFC 3720', () => {
  const zeros = new Uint8Array(32);
  const ascending = Uint8Array.from({ length: 32 }, (_, index) => index);
  expect(crc32c(zeros)).toBe(0x8a9136aa);
  expect(crc32c(zeros.fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(ascending)).toBe(0x46dd794e);
  expect(crc32c(ascending.toReversed())).toBe(0x113fdb5c);
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
});

describe('snappy', () => {
  it('unpacks literals and copies that reach into themselves', () => {
    // 10 bytes: the literal "ab", then 8 bytes from 2 back.
    expect(unsnappy(Uint8Array.of(10, 0x04, 0x61, 0x62, 0x11, 0x02), 100)).toEqual(
      new TextEncoder().encode('ababababab'),
    );
  });

  it.each([
    ['nothing', []],
    ['a copy from before the beginning', [4, 0x01, 0x05]],
    ['a literal that is cut off', [4, 0x0c, 0x61]],
    ['less than it claims', [9, 0x00, 0x61]],
    ['more than is allowed', [0xff, 0x7f, 0x00, 0x61]],
  ])('refuses %s', (_what, bytes) => {
    expect(unsnappy(Uint8Array.from(bytes), 1000)).toBeNull();
  });
});
