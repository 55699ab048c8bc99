import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Level } from 'level';
import { describe, expect, it } from 'vitest';
import { blake2b256 } from '../../src/bytes/blake2.ts';
import { encodeU32 } from '../../src/bytes/scale.ts';
import type { StateCache } from '../../src/domain/ports/state-cache.ts';
import { openStateCache } from '../../src/store/state-cache.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const item = (index: number, length = 1_000) => {
  const bytes = new Uint8Array(length).fill(index);
  bytes.set(encodeU32(index));
  return { hash: blake2b256(bytes), bytes };
};
const held = async (cache: StateCache, from: number, to: number): Promise<number> => {
  let count = 0;
  for (let index = from; index < to; index++) if (await cache.get(item(index).hash)) count += 1;
  return count;
};

describe('the cache of chain state', () => {
  it('keeps bytes under their hash, and records under names, over a restart', async () => {
    const path = await temporaryFolder();
    const first = await openStateCache(path);
    await first.put([item(1), item(2)]);
    await first.remember('what was read', Uint8Array.of(1, 2, 3));
    await first.close();
    const cache = await openStateCache(path);
    const found = await cache.get(item(1).hash);
    expect(found).toEqual(item(1).bytes);
    expect(found?.constructor).toBe(Uint8Array);
    expect(await cache.get(item(3).hash)).toBeNull();
    expect(await cache.recall('what was read')).toEqual(Uint8Array.of(1, 2, 3));
    expect(await cache.recall('something else')).toBeNull();
    await cache.close();
  });

  it('forgets what was not used for long, and never holds more than it may', async () => {
    const path = await temporaryFolder();
    let cache = await openStateCache(path, { mostBytes: 40_000 });
    await cache.remember('used', Uint8Array.of(7));
    for (let index = 0; index < 200; index++) {
      await cache.put([item(index)]);
      expect(await cache.get(item(0).hash)).toEqual(item(0).bytes);
      expect(await cache.recall('used')).toEqual(Uint8Array.of(7));
      if (index === 100) {
        await cache.close();
        cache = await openStateCache(path, { mostBytes: 40_000 });
      }
    }
    expect(await held(cache, 1, 150)).toBe(0);
    expect(await held(cache, 175, 200)).toBe(25);
    await cache.close();
    const level = new Level<Uint8Array, Uint8Array>(path, { keyEncoding: 'view', valueEncoding: 'view' });
    let bytes = 0;
    for await (const [key, value] of level.iterator()) bytes += key.length + value.length;
    expect(bytes).toBeLessThan(42_000);
    await level.close();
  });

  it('belongs to one process', async () => {
    const path = await temporaryFolder();
    const cache = await openStateCache(path);
    await expect(openStateCache(path)).rejects.toMatchObject({ code: 'RESCUE_STORE_BUSY' });
    await cache.put([item(1)]);
    expect(await cache.get(item(1).hash)).toEqual(item(1).bytes);
    await cache.close();
    await expect(cache.get(item(1).hash)).rejects.toMatchObject({ code: 'RESCUE_STORE_CLOSED' });
    await expect(cache.put([item(1)])).rejects.toMatchObject({ code: 'RESCUE_STORE_CLOSED' });
  });

  it('begins anew when its files are damaged or of another format, and takes no folder that holds something else', async () => {
    for (const [file, content] of [
      ['CURRENT', 'nonsense'],
      ['STATE-CACHE', 'of another format'],
    ] as const) {
      const path = await temporaryFolder();
      const first = await openStateCache(path);
      await first.put([item(1)]);
      await first.close();
      await writeFile(join(path, file), content);
      const cache = await openStateCache(path);
      expect(await cache.get(item(1).hash)).toBeNull();
      await cache.put([item(1)]);
      expect(await cache.get(item(1).hash)).toEqual(item(1).bytes);
      await cache.close();
    }
    const foreign = await temporaryFolder();
    await writeFile(join(foreign, 'thesis.txt'), 'years of work');
    await expect(openStateCache(foreign)).rejects.toMatchObject({
      code: 'RESCUE_STORE_CORRUPT',
      message: expect.stringMatching(/holds something else/),
    });
    expect(await readdir(foreign)).toEqual(['thesis.txt']);
  });
});
