import { Level } from 'level';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/hex.ts';
import type { CensusRecord } from '../../src/domain/round/census.ts';
import { censusKey, nodeKey } from '../../src/store/keys.ts';
import { openStore } from '../../src/store/open.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { blake, HEAD, hash, sampleVote } from './samples.ts';

const record: CensusRecord = {
  stateRoot: hash(6),
  maps: [{ prefix: '0x0102', after: '0x010203', keys: 3, done: false }],
  nodes: 1,
  bytes: 5,
  complete: false,
};
const bytes = Uint8Array.from([1, 2, 3, 4, 5]);
const node = { hash: fromHex(blake(bytes)), bytes };

async function overwrite(path: string, key: Uint8Array, value: Uint8Array): Promise<void> {
  const level = new Level<Uint8Array, Uint8Array>(path, { keyEncoding: 'view', valueEncoding: 'view' });
  await level.put(key, value);
  await level.close();
}

describe('the census in the database', () => {
  it('keeps progress and nodes of each anchor over a restart', async () => {
    const path = await temporaryFolder();
    const first = await openStore(path);
    expect(await first.census.load(2000, HEAD)).toBeNull();
    await first.census.save(2000, HEAD, record, [node]);
    await first.close();
    const { census, close } = await openStore(path);
    expect(await census.load(2000, HEAD)).toEqual(record);
    expect(await census.load(2000, hash(0xab))).toBeNull();
    expect(await census.load(2001, HEAD)).toBeNull();
    expect(await census.node(node.hash)).toEqual(bytes);
    expect(await census.node(fromHex(hash(9)))).toBeNull();
    await close();
  });

  it('shares nodes with the proofs of votes, so that those of votes are part of it', async () => {
    const { ledger, census, close } = await openStore(await temporaryFolder());
    await ledger.putVote(sampleVote(), ['0xaa'], [bytes]);
    expect(await census.node(node.hash)).toEqual(bytes);
    await close();
  });

  it('refuses a node whose bytes changed on disk, and a record that is none', async () => {
    const path = await temporaryFolder();
    const store = await openStore(path);
    await store.census.save(2000, HEAD, record, [node]);
    await store.close();
    await overwrite(path, nodeKey(node.hash), Uint8Array.of(9));
    await overwrite(path, censusKey(2000, HEAD), new TextEncoder().encode('{"keys":-1}'));
    const { census, close } = await openStore(path);
    await expect(census.node(node.hash)).rejects.toMatchObject({ code: 'RESCUE_STORE_CORRUPT' });
    await expect(census.load(2000, HEAD)).rejects.toMatchObject({ code: 'RESCUE_STORE_CORRUPT' });
    await close();
  });
});
