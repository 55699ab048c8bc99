import { readFileSync } from 'node:fs';
import { Level } from 'level';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fromHex } from '../../src/bytes/hex.ts';
import { toJson } from '../../src/domain/json.ts';
import type { Hex } from '../../src/domain/units.ts';
import { KEY_LAYOUT } from '../../src/store/keys.ts';
import { openStore } from '../../src/store/open.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/**
 * Databases of format 2 that services wrote before records had one schema each, in the middle of a rescue: JSON as text,
 * other values as hex; without code and trie nodes, and with journalled extrinsics cut short.
 */
interface EarlierRecord {
  readonly key: Hex;
  readonly value: string;
}

const read = (name: string): EarlierRecord[] =>
  JSON.parse(readFileSync(new URL(`../fixtures/database-format-2/${name}.json`, import.meta.url), 'utf8'));

async function storeOf(records: readonly EarlierRecord[]) {
  const path = await temporaryFolder();
  const level = new Level<Uint8Array, Uint8Array>(path, { keyEncoding: 'view', valueEncoding: 'view' });
  for (const { key, value } of records) {
    await level.put(fromHex(key), value.startsWith('0x') ? fromHex(value) : new TextEncoder().encode(value));
  }
  await level.close();
  const store = await openStore(path);
  onTestFinished(() => store.close());
  return store;
}

describe.each(['registrar', 'contract'])('a database of an earlier version: %s', (name) => {
  const records = read(name);
  const ofKind = (kind: keyof typeof KEY_LAYOUT): unknown[] =>
    records
      .filter(({ key }) => String.fromCharCode(fromHex(key)[0] ?? 0) === KEY_LAYOUT[kind].letter)
      .map(({ value }) => JSON.parse(value));

  it('holds every kind of record', () => {
    for (const [kind, { value }] of Object.entries(KEY_LAYOUT)) {
      if (value.startsWith('JSON')) expect(ofKind(kind as keyof typeof KEY_LAYOUT), kind).not.toEqual([]);
    }
  });

  it('gives every record as it was written', async () => {
    const { ledger, journal, census, snapshots } = await storeOf(records);
    const [ended] = await ledger.rounds(2000);
    const optIn = await ledger.optIn(2000);
    if (!ended || !optIn) throw new Error('the round or the opt-in is missing');
    const same = (found: unknown, kind: keyof typeof KEY_LAYOUT) =>
      expect(JSON.parse(toJson(found)), kind).toEqual(ofKind(kind));
    same(await ledger.rounds(2000), 'round');
    same([optIn], 'optIn');
    same([await ledger.policy(optIn.policy)], 'policy');
    same([await ledger.anchor(2000, ended.anchor)], 'anchor');
    same(await ledger.proposals(ended), 'proposal');
    same(await ledger.votes(ended), 'vote');
    same(await ledger.endorsements(ended), 'endorsement');
    const keys = ofKind('journal').map((entry) => (entry as { readonly key: string }).key);
    same(await Promise.all(keys.map(journal.get)), 'journal');
    same([await census.load(2000, ended.anchor)], 'census');
    same([await snapshots.load(2000)], 'snapshot');
    const events = await snapshots.eventsAfter(0, 1000);
    // Earlier versions gave events no severity.
    same(
      events.map(({ severity: _, ...event }) => event),
      'event',
    );
    for (const { severity } of events) expect(severity).toBeTypeOf('string');
  });

  it('goes on after the last event', async () => {
    const { snapshots } = await storeOf(records);
    const last = ofKind('event').length;
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
});
