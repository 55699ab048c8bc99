import { describe, expect, it, vi } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { RescueError } from '../../src/domain/errors.ts';
import type { Hex } from '../../src/domain/units.ts';
import { buildTrie } from '../../src/proof/trie.ts';
import type { CensusSource } from '../../src/recovery/census/archiver.ts';
import { type CensusTask, createCensusKeeper } from '../../src/recovery/census/keeper.ts';
import { openStore } from '../../src/store/open.ts';
import { systemAccountKey } from '../../src/voting/power/adapters/system-account.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { accountInfo } from '../voting/account-info.ts';

const state = buildTrie(
  Array.from(
    { length: 100 },
    (_, i) => [systemAccountKey(new Uint8Array(32).fill(i + 1)), accountInfo({ free: 1n })] as const,
  ),
  0,
);
const honest: CensusSource = {
  keysPaged: async (_head, prefix, count, after) =>
    [...state.entries(prefix)]
      .map(([key]) => key)
      .filter((key) => after === null || Buffer.compare(key, after) > 0)
      .slice(0, count),
  readProof: async (_head, keys) => state.prove(keys),
};
const dead: CensusSource = {
  ...honest,
  keysPaged: () => Promise.reject(new RescueError('RESCUE_NODE_UNREACHABLE', 'dead')),
};
const task = (source: CensusSource, byte = 'aa'): CensusTask => ({
  paraId: 2000,
  head: { hash: `0x${byte.repeat(32)}` as Hex, number: 41, stateRoot: toHex(state.root) },
  prefixes: [systemAccountKey(new Uint8Array(32)).slice(0, 32)],
  sources: [source],
});

async function keeper(path?: string) {
  const store = await openStore(path ?? (await temporaryFolder()));
  const told: string[] = [];
  const made = createCensusKeeper({
    store: store.census,
    tell: (_para, type) => void told.push(type),
    pageSize: 10,
  });
  return { ...made, told, store };
}

describe('keeping a census', () => {
  it('tells its progress and its end once, however often it is asked to go on', async () => {
    const { keep, progress, told, stop, store } = await keeper();
    keep(task(honest));
    keep(task(honest));
    await vi.waitUntil(() => told.includes('census-complete'));
    expect(progress(2000)).toMatchObject({ complete: true, maps: [{ keys: 100 }] });
    keep(task(honest));
    await stop();
    await store.close();
    expect(told.filter((type) => type === 'census-complete')).toHaveLength(1);
    expect(told.filter((type) => type === 'census-progress').length).toBeGreaterThan(3);
  });

  it('is tried again at a later block after all nodes failed, and tells the same trouble once', async () => {
    const { keep, told, stop, store } = await keeper();
    let asked = 0;
    const counting: CensusSource = {
      ...dead,
      keysPaged: (...request) => {
        asked += 1;
        return dead.keysPaged(...request);
      },
    };
    await vi.waitUntil(() => {
      keep(task(counting));
      return asked >= 3;
    });
    expect(told).toEqual(['census-trouble']);
    await vi.waitUntil(() => {
      keep(task(honest));
      return told.includes('census-complete');
    });
    await stop();
    await store.close();
  });

  it('gives up an anchor that is no longer the last, and what a stop interrupts goes on in the next process', async () => {
    const path = await temporaryFolder();
    const first = await keeper(path);
    // Answers three pages, then never again.
    let pages = 0;
    const stuck: CensusSource = {
      ...honest,
      readProof: (...request) => (++pages > 3 ? new Promise(() => undefined) : honest.readProof(...request)),
    };
    first.keep(task(stuck, 'bb'));
    await vi.waitUntil(() => first.progress(2000)?.maps[0]?.keys === 30);
    first.keep(task(stuck, 'aa'));
    expect(first.progress(2000)).toBeNull();
    await first.stop();
    first.keep(task(honest, 'cc'));
    expect(first.told).not.toContain('census-complete');
    await first.store.close();

    const second = await keeper(path);
    second.keep(task(honest, 'bb'));
    await vi.waitUntil(() => second.told.includes('census-complete'));
    expect(second.progress(2000)?.maps[0]?.keys).toBe(100);
    await second.stop();
    await second.store.close();
  });
});
