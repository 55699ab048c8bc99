import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { cp, mkdir, readdir, readFile, stat, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { heldBy } from '../../src/domain/views/store.ts';
import { readBackup, restoreBackup, writeBackup } from '../../src/store/backup.ts';
import { decodeBackup } from '../../src/store/backup-format.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { hash, ROUND, sampleEvent, sampleProposal, sampleVote } from './samples.ts';

async function filled(path: string): Promise<Store> {
  const store = await openStore(path);
  const code = randomBytes(200_000);
  await store.ledger.putProposal(sampleProposal(code), code);
  for (const byte of [1, 2, 3]) {
    await store.ledger.putVote(sampleVote({ account: hash(byte) }), ['0xaa'], [Uint8Array.of(byte)]);
  }
  await store.snapshots.append([sampleEvent('a'), sampleEvent('b')]);
  return store;
}

async function reopened(path: string): Promise<Store> {
  const store = await openStore(path);
  onTestFinished(() => store.close());
  return store;
}

async function everything({ ledger, snapshots }: Store) {
  const proposals = await ledger.proposals(ROUND);
  return {
    proposals,
    code: await Promise.all(proposals.map(({ codeHash }) => ledger.code(codeHash))),
    votes: await ledger.votes(ROUND),
    proof: await ledger.proofOf(2000, sampleVote().anchor, '0xaa'),
    events: await snapshots.eventsAfter(0, 100),
  };
}

describe('a backup', () => {
  it('made while the service goes on is the database at one moment, and becomes one again', async () => {
    const folder = await temporaryFolder();
    const store = await filled(join(folder, 'database'));
    const before = await everything(store);
    const file = join(folder, 'file.backup');
    // Each chunk waits for a vote: what is written meanwhile is not in it.
    async function* slowly() {
      let byte = 10;
      for await (const chunk of store.safekeeping.backup()) {
        await store.ledger.putVote(sampleVote({ account: hash(byte++) }), [], []);
        yield chunk;
      }
    }
    const summary = await writeBackup(slowly(), file);
    expect(summary.records).toBeGreaterThan(9);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await store.ledger.votes(ROUND)).length).toBeGreaterThan(3);
    await store.close();

    const restored = await restoreBackup(file, join(folder, 'restored'));
    expect(restored).toMatchObject({ records: summary.records, findings: [] });
    const again = await reopened(join(folder, 'restored'));
    expect(await everything(again)).toEqual(before);
    expect((await again.safekeeping.check()).findings).toEqual([]);
    // And it goes on as a database of its own.
    await again.ledger.putVote(sampleVote({ account: hash(50) }), [], []);
    expect(await again.snapshots.append([sampleEvent('c')])).toMatchObject([{ id: 3 }]);
  });

  it('is restored for its owner only', async () => {
    const folder = await temporaryFolder();
    const store = await filled(join(folder, 'database'));
    await writeBackup(store.safekeeping.backup(), join(folder, 'file'));
    await store.close();
    await restoreBackup(join(folder, 'file'), join(folder, 'restored'));
    expect((await stat(join(folder, 'restored'))).mode & 0o777).toBe(0o700);
    for (const name of await readdir(join(folder, 'restored'))) {
      expect((await stat(join(folder, 'restored', name))).mode & 0o777, name).toBe(0o600);
    }
  });

  it('never takes the place of anything, as a file or as a folder', async () => {
    const folder = await temporaryFolder();
    const store = await filled(join(folder, 'database'));
    const file = join(folder, 'file');
    await writeFile(file, 'mine');
    await expect(writeBackup(store.safekeeping.backup(), file)).rejects.toMatchObject({
      code: 'RESCUE_REQUEST_INVALID',
    });
    expect(await readFile(file, 'utf8')).toBe('mine');
    await writeBackup(store.safekeeping.backup(), join(folder, 'other'));
    await store.close();
    await expect(restoreBackup(join(folder, 'other'), join(folder, 'database'))).rejects.toMatchObject({
      code: 'RESCUE_REQUEST_INVALID',
    });
    expect((await everything(await reopened(join(folder, 'database')))).votes).toHaveLength(3);
  });

  it('that was cut off, or has a flipped bit anywhere, is refused, and no database is made of it', async () => {
    const folder = await temporaryFolder();
    const store = await filled(join(folder, 'database'));
    const file = join(folder, 'file');
    await writeBackup(store.safekeeping.backup(), file);
    await store.close();
    const bytes = await readFile(file);
    const damaged = join(folder, 'damaged');
    const places = Array.from({ length: 60 }, (_, index) => Math.floor((index * bytes.length) / 60));
    for (const at of [...places, bytes.length - 1]) {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8));
      await writeFile(damaged, copy);
      await expect(readBackup(damaged), `flip ${at}`).rejects.toMatchObject({
        code: 'RESCUE_BACKUP_INVALID',
      });
      await writeFile(damaged, bytes);
      await truncate(damaged, at);
      await expect(readBackup(damaged), `cut ${at}`).rejects.toMatchObject({ code: 'RESCUE_BACKUP_INVALID' });
    }
    await expect(restoreBackup(damaged, join(folder, 'restored'))).rejects.toMatchObject({
      code: 'RESCUE_BACKUP_INVALID',
    });
    await writeFile(damaged, Buffer.concat([bytes, Buffer.from('more')]));
    await expect(readBackup(damaged)).rejects.toMatchObject({ code: 'RESCUE_BACKUP_INVALID' });
    expect((await readdir(folder)).sort()).toEqual(['damaged', 'database', 'file']);
  });

  it('follows no link that somebody else left where it is being written', async () => {
    const folder = await temporaryFolder();
    const store = await filled(join(folder, 'database'));
    onTestFinished(() => store.close());
    const victim = join(folder, 'victim');
    await writeFile(victim, 'of somebody else');
    const file = join(folder, 'file.backup');
    await symlink(victim, `${file}.part`);
    await writeBackup(store.safekeeping.backup(), file);
    expect(await readFile(victim, 'utf8')).toBe('of somebody else');
    expect((await readBackup(file)).records).toBeGreaterThan(0);
  });

  it('takes nothing away that it did not make: whatever lies beside it, under whatever name, stays', async () => {
    const folder = await temporaryFolder();
    const store = await filled(join(folder, 'database'));
    const file = join(folder, 'file.backup');
    const foreign = [
      `${file}.part`,
      join(folder, 'new.restoring', 'mine'),
      join(folder, 'new.building', 'mine'),
    ];
    for (const path of foreign) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, 'mine');
    }
    await writeBackup(store.safekeeping.backup(), file);
    await store.close();
    await restoreBackup(file, join(folder, 'new'));
    await truncate(file, 1000);
    await expect(restoreBackup(file, join(folder, 'new'))).rejects.toMatchObject({
      code: 'RESCUE_REQUEST_INVALID',
    });
    await expect(restoreBackup(file, join(folder, 'other'))).rejects.toMatchObject({
      code: 'RESCUE_BACKUP_INVALID',
    });
    for (const path of foreign) expect(await readFile(path, 'utf8')).toBe('mine');
    expect((await readdir(folder)).sort()).toEqual([
      'database',
      'file.backup',
      'file.backup.part',
      'new',
      'new.building',
      'new.restoring',
    ]);
  });

  it('that breaks off on its way leaves no file', async () => {
    const folder = await temporaryFolder();
    const store = await filled(join(folder, 'database'));
    async function* broken() {
      for await (const chunk of store.safekeeping.backup()) {
        yield chunk;
        throw new Error('the connection broke');
      }
    }
    await expect(writeBackup(broken(), join(folder, 'file'))).rejects.toMatchObject({
      code: 'RESCUE_STORE_FAILED',
    });
    expect(await readdir(folder)).toEqual(['database']);
    // The view of the database was given back: it closes.
    await store.close();
  });

  it('of a database that lacks acts still lacks them when it is restored, by name', async () => {
    const folder = await temporaryFolder();
    const store = await openStore(join(folder, 'living'));
    await store.ledger.putVote(sampleVote(), [], []);
    await cp(join(folder, 'living'), join(folder, 'cut'), { recursive: true });
    await store.close();
    const log = (await readdir(join(folder, 'cut'))).find((name) => /^\d+\.log$/.test(name)) ?? '';
    await unlink(join(folder, 'cut', log));
    const lossy = await openStore(join(folder, 'cut'));
    await writeBackup(lossy.safekeeping.backup(), join(folder, 'file'));
    await lossy.close();
    const { findings } = await restoreBackup(join(folder, 'file'), join(folder, 'restored'));
    expect(heldBy(findings, 2000)).toMatchObject([{ what: 'vote', problem: 'missing', count: 1 }]);
  });

  it('gives its parts in order, with the end last', async () => {
    const folder = await temporaryFolder();
    const store = await filled(join(folder, 'database'));
    await writeBackup(store.safekeeping.backup(), join(folder, 'file'));
    await store.close();
    const kinds: string[] = [];
    for await (const { kind } of decodeBackup(createReadStream(join(folder, 'file')))) {
      if (kinds.at(-1) !== kind) kinds.push(kind);
    }
    expect(kinds).toEqual(['header', 'acts', 'record', 'end']);
  });
});

describe('a check of the database', () => {
  it('counts what is there by para, and finds nothing wrong', async () => {
    const store = await filled(await temporaryFolder());
    onTestFinished(() => store.close());
    const report = await store.safekeeping.check();
    expect(report).toMatchObject({
      format: 4,
      findings: [],
      paras: [
        { paraId: 2000, kind: 'proposal', count: 1 },
        { paraId: 2000, kind: 'vote', count: 3 },
        { paraId: 2000, kind: 'proof', count: 1 },
      ],
    });
  });

  it('names damage that came while the database was open, and proofs whose nodes are gone', async () => {
    const path = await temporaryFolder();
    const store = await filled(path);
    await store.close();
    const { Level } = await import('level');
    const level = new Level<Uint8Array, Uint8Array>(path, { keyEncoding: 'view', valueEncoding: 'view' });
    const nodes = await level.keys({ gte: Uint8Array.of(0x6e), lt: Uint8Array.of(0x6f) }).all();
    const [event] = await level.keys({ gte: Uint8Array.of(0x65), lt: Uint8Array.of(0x66) }).all();
    await level.batch([
      ...nodes.map((key) => ({ type: 'del' as const, key })),
      { type: 'put', key: event ?? Uint8Array.of(), value: Uint8Array.of(1) },
    ]);
    await level.close();
    const { findings } = await (await reopened(path)).safekeeping.check();
    expect(findings.map(({ what, problem, paraId }) => [what, problem, paraId])).toEqual([
      ['event', 'damaged', null],
      ['proof', 'damaged', 2000],
    ]);
  });
});
