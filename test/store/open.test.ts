import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Level } from 'level';
import { describe, expect, it, onTestFinished } from 'vitest';
import { heldBy } from '../../src/domain/views/store.ts';
import {
  COUNTERS_KEY,
  codeKey,
  eventKey,
  FORMAT_KEY,
  journalKey,
  nodeKey,
  snapshotKey,
  voteKey,
} from '../../src/store/keys.ts';
import { openStore } from '../../src/store/open.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { blake, HEAD, hash, ROUND, sampleEntry, sampleEvent, sampleProposal, sampleVote } from './samples.ts';

const DATABASE_PROCESS = new URL('../support/database-process.mjs', import.meta.url).pathname;

/** A second process on the database; `lines` are what it prints. */
function startProcess(path: string, mode: 'hold' | 'write') {
  const child = spawn(process.execPath, [DATABASE_PROCESS, path, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

/** Writes raw bytes behind the store's back. */
async function tamper(
  path: string,
  writes: readonly (readonly [Uint8Array, Uint8Array | string])[],
): Promise<void> {
  const level = new Level<Uint8Array, Uint8Array>(path, { keyEncoding: 'view', valueEncoding: 'view' });
  for (const [key, value] of writes) {
    await level.put(key, typeof value === 'string' ? new TextEncoder().encode(value) : value);
  }
  await level.close();
}

const OTHER = hash(0xab);

describe('opening a database', () => {
  it('makes the folder and those above it', async () => {
    const path = join(await temporaryFolder(), 'not', 'yet', 'there');
    const store = await openStore(path);
    await store.close();
    expect(await readdir(path)).toContain('CURRENT');
  });

  it('refuses a database that another process owns, naming the path, and opens it when that one is gone', async () => {
    const path = await temporaryFolder();
    const { child, lines } = startProcess(path, 'hold');
    expect((await lines.next()).value).toBe('open');
    await expect(openStore(path)).rejects.toMatchObject({
      code: 'RESCUE_STORE_BUSY',
      message: expect.stringContaining(path),
    });
    child.kill('SIGKILL');
    await once(child, 'close');
    await (await openStore(path)).close();
  });

  it('refuses a second owner in the same process', async () => {
    const path = await temporaryFolder();
    const store = await openStore(path);
    await expect(openStore(path)).rejects.toMatchObject({ code: 'RESCUE_STORE_BUSY' });
    await store.close();
  });

  it('refuses a database of a newer format and says what to do', async () => {
    const path = await temporaryFolder();
    await (await openStore(path)).close();
    await tamper(path, [[FORMAT_KEY, '{"format":99}']]);
    await expect(openStore(path)).rejects.toMatchObject({
      code: 'RESCUE_STORE_CORRUPT',
      message: expect.stringMatching(/format 99.*newer pararescue/),
    });
  });

  it('refuses a LevelDB database of another program and leaves it alone', async () => {
    const path = await temporaryFolder();
    await tamper(path, [[Uint8Array.of(1), 'theirs']]);
    await expect(openStore(path)).rejects.toMatchObject({
      code: 'RESCUE_STORE_CORRUPT',
      message: expect.stringContaining('not one of pararescue'),
    });
    const level = new Level<Uint8Array, string>(path, { keyEncoding: 'view' });
    expect(await level.keys().all()).toHaveLength(1);
    await level.close();
  });

  it('lets nobody but its owner into the folder, also into one that was there before', async () => {
    const folder = await temporaryFolder();
    const [made, found] = [join(folder, 'a', 'made'), join(folder, 'found')];
    await mkdir(found, { mode: 0o755 });
    for (const path of [made, found]) {
      await (await openStore(path)).close();
      expect((await stat(path)).mode & 0o777).toBe(0o700);
    }
  });

  it('refuses a path that is a file, or damaged files, with the path in the message', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'file');
    await writeFile(file, 'text');
    await expect(openStore(file)).rejects.toMatchObject({
      code: 'RESCUE_STORE_FAILED',
      message: expect.stringContaining(`${file} cannot be opened`),
    });
    const damaged = join(folder, 'damaged');
    await mkdir(damaged);
    await writeFile(join(damaged, 'CURRENT'), 'MANIFEST-000099\n');
    await expect(openStore(damaged)).rejects.toMatchObject({ code: 'RESCUE_STORE_CORRUPT' });
  });
});

describe('events that an earlier version stored', () => {
  it('get the severity of their name, or info where this version does not know it', async () => {
    const path = await temporaryFolder();
    await (await openStore(path)).close();
    const event = { at: 1, paraId: 2000, relayBlock: 7, message: 'm', data: { to: 'escalated' } };
    await tamper(path, [
      [eventKey(1), JSON.stringify({ id: 1, type: 'state-changed', ...event })],
      [eventKey(2), JSON.stringify({ id: 2, type: 'of-another-version', ...event })],
    ]);
    const store = await openStore(path);
    onTestFinished(() => store.close());
    expect(await store.snapshots.eventsAfter(0, 10)).toEqual([
      { id: 1, type: 'state-changed', severity: 'critical', ...event },
      { id: 2, type: 'of-another-version', severity: 'info', ...event },
    ]);
  });
});

describe('damaged records', () => {
  it('are reported by their key while every other record stays readable', async () => {
    const path = await temporaryFolder();
    const store = await openStore(path);
    await store.ledger.putVote(sampleVote(), [], []);
    await store.ledger.putVote(sampleVote({ roundId: OTHER }), [], []);
    await store.close();
    const damaged = voteKey(ROUND, sampleVote().account);
    await tamper(path, [
      [damaged, '{"power":12}'],
      [snapshotKey(2000), '{"machine":'],
      [journalKey(2000, '2000/x'), JSON.stringify({ ...sampleEntry('2000/x'), status: 'maybe' })],
    ]);
    const again = await openStore(path);
    onTestFinished(() => again.close());
    const failure = { code: 'RESCUE_STORE_CORRUPT' };
    await expect(again.ledger.votes(ROUND)).rejects.toMatchObject({
      ...failure,
      details: { path, key: `vote 0x${Buffer.from(damaged.subarray(1)).toString('hex')}` },
    });
    await expect(again.snapshots.load(2000)).rejects.toMatchObject({
      ...failure,
      message: expect.stringContaining('snapshot 0x000007d0'),
    });
    await expect(again.journal.get('2000/x')).rejects.toMatchObject({
      ...failure,
      message: expect.stringContaining('status'),
    });
    expect(await again.ledger.votes({ ...ROUND, roundId: OTHER })).toEqual([sampleVote({ roundId: OTHER })]);
  });

  it('are left out where a table is damaged: whose acts are gone is named, and everything else goes on', async () => {
    const path = await temporaryFolder();
    const code = randomBytes(300_000);
    const store = await openStore(path);
    await store.journal.put(sampleEntry('2001/x'));
    await store.ledger.putProposal(sampleProposal(code), code);
    await store.journal.put(sampleEntry('2000/x'));
    await store.close();
    // Opening once more moves the log into a table.
    await (await openStore(path)).close();
    const tables = (await readdir(path)).filter((name) => name.endsWith('.ldb'));
    expect(tables).not.toEqual([]);
    for (const name of tables) {
      const bytes = await readFile(join(path, name));
      await writeFile(join(path, name), bytes.fill(0xff, 1000, 100_000));
    }
    for (const isFirst of [true, false]) {
      const again = await openStore(path);
      const { findings } = again.safekeeping;
      expect(heldBy(findings, 2000).map(({ what, problem }) => [what, problem])).toContainEqual([
        'code',
        'missing',
      ]);
      expect(heldBy(findings, 2001)).toEqual([]);
      expect(await again.journal.list(2001)).toHaveLength(1);
      expect(findings.some(({ sentence }) => sentence.includes(`${tables[0]}.damaged`))).toBe(isFirst);
      await again.close();
    }
    expect(await readdir(path)).toContain(`${tables[0]}.damaged`);
  });

  it('never yield code or proof nodes whose bytes have changed', async () => {
    const path = await temporaryFolder();
    const code = Uint8Array.of(1, 2, 3, 4);
    const [kept, changed] = [Uint8Array.of(5), Uint8Array.of(6)];
    const store = await openStore(path);
    await store.ledger.putProposal(sampleProposal(code), code);
    await store.ledger.putVote(sampleVote(), ['0xaa'], [kept, changed]);
    await store.close();
    const node = nodeKey(Buffer.from(blake(changed).slice(2), 'hex'));
    await tamper(path, [
      [codeKey(blake(code)), Uint8Array.of(1, 2, 3, 5)],
      [node, Uint8Array.of(7)],
    ]);
    const again = await openStore(path);
    onTestFinished(() => again.close());
    await expect(again.ledger.code(blake(code))).rejects.toMatchObject({ code: 'RESCUE_STORE_CORRUPT' });
    await expect(again.ledger.proofOf(2000, HEAD, '0xaa')).rejects.toMatchObject({
      code: 'RESCUE_STORE_CORRUPT',
      message: expect.stringContaining(blake(changed)),
    });
  });

  it.each([
    ['damaged', '{}'],
    ['set back', '{"lastEvent":1}'],
    ['set ahead', '{"lastEvent":7000}'],
  ])('in a counter of events that is %s are told, and no number comes twice', async (_, value) => {
    const path = await temporaryFolder();
    const store = await openStore(path);
    await store.snapshots.append(['a', 'b', 'c'].map((message) => sampleEvent(message)));
    await store.close();
    await tamper(path, [[COUNTERS_KEY, value]]);
    const again = await openStore(path);
    expect(again.safekeeping.findings).toMatchObject([
      { what: 'counters', problem: 'changed', holds: 'nobody', sentence: expect.stringContaining('event 3') },
    ]);
    expect(await again.snapshots.append([sampleEvent('d')])).toMatchObject([{ id: 4 }]);
    await again.close();
    const healed = await openStore(path);
    onTestFinished(() => healed.close());
    expect(healed.safekeeping.findings).toEqual([]);
    expect(await healed.snapshots.append([sampleEvent('e')])).toMatchObject([{ id: 5 }]);
    expect((await healed.snapshots.eventsAfter(2, 10)).map(({ message }) => message)).toEqual([
      'c',
      'd',
      'e',
    ]);
  });

  it('that lost the newest events with their counter give no number of theirs to others', async () => {
    const path = await temporaryFolder();
    const store = await openStore(path);
    await store.snapshots.append([sampleEvent('a')]);
    await store.close();
    // Opening moves the log into a table: what comes later is in another log.
    const later = await openStore(path);
    await later.snapshots.append([sampleEvent('b'), sampleEvent('c')]);
    await later.close();
    for (const name of await readdir(path)) if (/^\d+\.log$/.test(name)) await unlink(join(path, name));
    const again = await openStore(path);
    onTestFinished(() => again.close());
    expect((await again.snapshots.eventsAfter(0, 10)).map(({ id }) => id)).toEqual([1]);
    expect(await again.snapshots.append([sampleEvent('d')])).toMatchObject([{ id: 4 }]);
  });
});

describe('a process that is killed while it writes', () => {
  it('loses nothing that it had confirmed, and leaves no batch half written', async () => {
    const path = await temporaryFolder();
    let confirmed = 0;
    for (const until of [3, 11, 30]) {
      const place = join(path, String(until));
      const { child, lines } = startProcess(place, 'write');
      expect((await lines.next()).value).toBe('open');
      while (confirmed < until) confirmed = Number((await lines.next()).value);
      child.kill('SIGKILL');
      await once(child, 'close');
      for (let line = await lines.next(); !line.done; line = await lines.next())
        confirmed = Number(line.value);

      const store = await openStore(place);
      const votes = await store.ledger.votes(ROUND);
      const last = Math.max(...votes.map(({ sequence }) => sequence));
      expect(last === confirmed || last === confirmed + 1).toBe(true);
      const nodes = await store.ledger.proofOf(2000, HEAD, `0x${last.toString(16).padStart(8, '0')}`);
      expect(nodes).toHaveLength(1);
      const snapshot = (await store.snapshots.load(2000))?.snapshot as { sequence: number };
      expect(snapshot.sequence === confirmed || snapshot.sequence === confirmed + 1).toBe(true);
      const events = await store.snapshots.eventsAfter(0, 100_000);
      expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
      expect(events).toHaveLength(2 * snapshot.sequence);
      await store.close();
      confirmed = 0;
    }
  });

  it('still finishes the writes under way when it is closed in order', async () => {
    const path = await temporaryFolder();
    const store = await openStore(path);
    const keys = Array.from({ length: 20 }, (_, index) => `2000/${index}`);
    const writes = keys.map((key) => store.journal.put(sampleEntry(key)));
    await store.close();
    await Promise.all(writes);
    await expect(store.journal.put(sampleEntry('2000/late'))).rejects.toMatchObject({
      code: 'RESCUE_STORE_CLOSED',
    });
    const again = await openStore(path);
    for (const key of keys) expect((await again.journal.get(key))?.key).toBe(key);
    await again.close();
  });
});
