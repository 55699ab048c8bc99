import { cp, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Level } from 'level';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { toJson } from '../../src/domain/json.ts';
import type { ProvenAnchor } from '../../src/domain/ports/ledger.ts';
import type { Hex } from '../../src/domain/units.ts';
import { heldBy } from '../../src/domain/views/store.ts';
import { openStore } from '../../src/store/open.ts';
import { type EarlierRecord, earlierDatabase, earlierRecords } from '../support/earlier-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { sampleVote } from './samples.ts';

async function storeOf(records: readonly EarlierRecord[]) {
  const store = await openStore(await earlierDatabase(records, await temporaryFolder()));
  onTestFinished(() => store.close());
  return store;
}

describe.each([
  ['registrar', 'decided'],
  ['contract', 'decided'],
  ['voting', 'open'],
] as const)('a database of format 2: %s, its round %s', (name, round) => {
  const records = earlierRecords(name);
  const ofLetter = (letter: string): unknown[] =>
    records
      .filter(({ key }) => String.fromCharCode(fromHex(key)[0] ?? 0) === letter)
      .map(({ value }) => JSON.parse(value));

  it('is brought to the present format, in which every record is as it was written', async () => {
    const { ledger, journal, census, snapshots } = await storeOf(records);
    const optIn = await ledger.optIn(2000);
    const [frozen] = ofLetter('a') as [ProvenAnchor];
    if (!optIn) throw new Error('the opt-in is missing');
    const same = (found: unknown, letter: string) =>
      expect(JSON.parse(toJson(found)), letter).toEqual(ofLetter(letter));
    const { head, relay } = frozen.anchor;
    same([optIn], 'o');
    same([await ledger.policy(optIn.policy)], 'p');
    same(await ledger.anchors(2000, head.hash), 'a');
    same([await ledger.anchor(2000, head.hash, relay.number)], 'a');
    const keys = ofLetter('j').map((entry) => (entry as { readonly key: string }).key);
    same(await Promise.all(keys.map(journal.get)), 'j');
    same([await census.load(2000, head.hash)], 'x');
    same([await snapshots.load(2000)], 's');
    const events = await snapshots.eventsAfter(0, 1000);
    for (const { severity } of events) expect(severity).toBeTypeOf('string');
    // The earliest versions gave events no severity.
    const written = ofLetter('e') as readonly object[];
    const plain = written.every((event) => !('severity' in event));
    same(plain ? events.map(({ severity: _, ...event }) => event) : events, 'e');
  });

  it('counts nothing that was signed for it in a round of the present format, but shows what was decided', async () => {
    const { ledger } = await storeOf(records);
    const [vote] = ofLetter('v') as [{ readonly account: Hex; readonly anchor: Hex; readonly round: number }];
    expect(vote).toBeDefined();
    expect(await ledger.rounds(2000)).toEqual([]);
    const earlier = await ledger.earlierRound(2000);
    if (round === 'open') {
      expect(earlier).toBeNull();
      return;
    }
    const [frozen] = ofLetter('a') as [ProvenAnchor];
    const { proposals, endorsements, votes, anchoredAt, ...record } = JSON.parse(toJson(earlier));
    expect([record]).toEqual(ofLetter('d'));
    expect(anchoredAt).toBe(frozen.anchor.relay.number);
    expect(proposals).toEqual(ofLetter('r'));
    expect(endorsements).toEqual(ofLetter('f'));
    expect(votes).toEqual(ofLetter('v'));
  });

  it('goes on after the last event', async () => {
    const { snapshots } = await storeOf(records);
    const last = ofLetter('e').length;
    const event = {
      paraId: 2000,
      relayBlock: null,
      type: 'x',
      severity: 'info',
      message: 'x',
      data: {},
    } as const;
    expect(await snapshots.append([event])).toMatchObject([{ id: last + 1 }]);
  });

  it('whose log is lost after the migration is not taken for one that was never migrated: what was written since is named', async () => {
    const folder = await temporaryFolder();
    const living = await earlierDatabase(records, join(folder, 'living'));
    const store = await openStore(living);
    await store.ledger.putVote(sampleVote(), [], []);
    const cut = join(folder, 'cut');
    await cp(living, cut, { recursive: true });
    await store.close();
    await unlink(join(cut, (await readdir(cut)).find((file) => /^\d+\.log$/.test(file)) ?? ''));
    for (const _ of [1, 2]) {
      const again = await openStore(cut);
      expect(heldBy(again.safekeeping.findings, 2000)).toContainEqual(
        expect.objectContaining({ what: 'vote', problem: 'missing', count: 1 }),
      );
      await again.close();
    }
  });

  it('is left as it was when one of its anchors is damaged, which the error names', async () => {
    const damaged = records.map((record) =>
      record.key.startsWith('0x61') ? { ...record, value: '{"anchor":{}}' } : record,
    );
    const path = await earlierDatabase(damaged, await temporaryFolder());
    await expect(openStore(path)).rejects.toMatchObject({
      code: 'RESCUE_STORE_CORRUPT',
      message: expect.stringContaining('earlierAnchor 0x000007d0'),
    });
    const level = new Level<Uint8Array, Uint8Array>(path, { keyEncoding: 'view', valueEncoding: 'view' });
    const left = (await level.iterator().all()).map(([key, value]) => [
      toHex(key),
      new TextDecoder().decode(value),
    ]);
    await level.close();
    expect(Object.fromEntries(left)).toMatchObject({ '0x21': '{"format":2}' });
    expect(left).toHaveLength(records.length);
  });
});
