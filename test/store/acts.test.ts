import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, cp, readdir, readFile, stat, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { heldBy } from '../../src/domain/views/store.ts';
import { type ActsLine, fingerprint, parseActs, readActs, writeActs } from '../../src/store/acts-file.ts';
import { ActsLog } from '../../src/store/acts-log.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import {
  hash,
  ROUND,
  sampleEntry,
  sampleOptIn,
  samplePolicy,
  sampleProposal,
  sampleVote,
} from './samples.ts';

/** What is missing of a para, by kind. */
function kindsHeldBy(findings: Parameters<typeof heldBy>[0], paraId: number): string[] {
  return heldBy(findings, paraId)
    .map(({ what }) => what)
    .sort();
}

const vote = (byte: number) => sampleVote({ account: hash(byte) });
const elsewhere = { ...ROUND, paraId: 2001 };

/** A folder as a process leaves it that is killed after these acts. */
async function cutOff(acts: (store: Store) => Promise<unknown>): Promise<string> {
  const folder = await temporaryFolder();
  const store = await openStore(join(folder, 'living'));
  await acts(store);
  await cp(join(folder, 'living'), join(folder, 'cut'), { recursive: true });
  await store.close();
  return join(folder, 'cut');
}

async function open(path: string): Promise<Store> {
  const store = await openStore(path);
  onTestFinished(() => store.close());
  return store;
}

async function logOf(path: string): Promise<string> {
  const name = (await readdir(path)).find((file) => /^\d+\.log$/.test(file));
  return join(path, name ?? 'none');
}

/** The file of acts without its last lines. */
async function dropLines(path: string, count: number): Promise<void> {
  const file = join(path, 'acts.log');
  const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
  await writeFile(file, `${lines.slice(0, -count).join('\n')}\n`);
}

describe('acts that LevelDB lost', () => {
  const votes = async ({ ledger }: Store) => {
    for (const byte of [1, 2, 3]) await ledger.putVote(vote(byte), [], []);
    await ledger.putVote(sampleVote({ ...elsewhere, account: hash(1) }), [], []);
  };

  it('are named with their para, kind, number and time after one bit of the log flipped', async () => {
    const path = await cutOff(votes);
    const log = await logOf(path);
    const bytes = await readFile(log);
    // In the second record: LevelDB drops it and what follows in its block, and says nothing.
    const at = bytes.indexOf(Buffer.from(hash(2).slice(2), 'hex'));
    expect(at).toBeGreaterThan(0);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await writeFile(log, bytes);

    const { ledger, safekeeping } = await open(path);
    expect((await ledger.votes(ROUND)).length).toBeLessThan(3);
    const [found] = heldBy(safekeeping.findings, 2000);
    expect(found).toMatchObject({ paraId: 2000, what: 'vote', problem: 'missing', holds: 'para' });
    expect(found?.sentence).toMatch(/^para 2000: [123] votes? (is|are) missing, written (at|from) 20\d\d-/);
  });

  it('are named when the log was cut at the end of a record, so that it looks whole', async () => {
    const path = await cutOff(votes);
    const log = await logOf(path);
    const bytes = await readFile(log);
    const last = bytes.lastIndexOf(Buffer.from(`V\u0000\u0000\u0007`, 'latin1'));
    let at = 0;
    for (let end = 0; end < last; end += 7 + bytes.readUInt16LE(end + 4)) at = end;
    await truncate(log, at);
    const { safekeeping } = await open(path);
    expect(heldBy(safekeeping.findings, 2001)).toMatchObject([
      { what: 'vote', count: 1, problem: 'missing' },
    ]);
    expect(heldBy(safekeeping.findings, 2000)).toEqual([]);
    expect(safekeeping.findings[0]?.sentence).toMatch(/the newest 1 batch of acts is not in the database/);
  });

  it('are named when the log is gone, also at every later start, whatever is written meanwhile', async () => {
    const path = await cutOff(votes);
    await unlink(await logOf(path));
    for (const byte of [7, 8]) {
      const store = await openStore(path);
      expect(heldBy(store.safekeeping.findings, 2000)).toMatchObject([{ what: 'vote', count: 3 }]);
      await store.ledger.putVote(sampleVote({ ...elsewhere, roundId: hash(byte) }), [], []);
      await store.close();
    }
  });

  it('concern the para of the batch when they are code or a policy', async () => {
    const path = await cutOff(async ({ ledger }) => {
      await ledger.putOptIn(sampleOptIn(), samplePolicy());
      const code = Uint8Array.of(1, 2, 3);
      await ledger.putProposal(sampleProposal(code, elsewhere), code);
    });
    await unlink(await logOf(path));
    const { findings } = (await open(path)).safekeeping;
    expect(kindsHeldBy(findings, 2000)).toEqual(['optIn', 'policy']);
    expect(kindsHeldBy(findings, 2001)).toEqual(['code', 'proposal']);
    expect(heldBy(findings, 2002)).toEqual([]);
  });

  it('are told from the saved state of a para with what it was in', async () => {
    const path = await cutOff(async ({ snapshots, journal }) => {
      const snapshot = { value: { upgrading: 'carryingOut' }, context: { round: 3 } };
      await snapshots.save(2000, { machine: 'recovery', version: 2, savedAt: 1, snapshot }, []);
      await journal.put(sampleEntry('2000/x'));
    });
    await unlink(await logOf(path));
    const { findings } = (await open(path)).safekeeping;
    expect(kindsHeldBy(findings, 2000)).toEqual(['journal', 'snapshot']);
    expect(findings.find(({ what }) => what === 'snapshot')?.sentence).toMatch(
      /upgrading\.carryingOut, round 3/,
    );
  });
});

describe('a database that was in front of its file of acts', () => {
  it('lost nothing when the process ended between the two: the file gets what it lacks', async () => {
    const path = await cutOff(async ({ ledger }) => {
      await ledger.putVote(vote(1), [], []);
      await ledger.putVote(vote(2), [], []);
    });
    await dropLines(path, 1);
    await appendFile(join(path, 'acts.log'), 'half a line');
    const store = await openStore(path);
    expect(store.safekeeping.findings).toEqual([]);
    expect(await store.ledger.votes(ROUND)).toHaveLength(2);
    await store.close();
    const { last, damaged, torn } = await readActs(path);
    expect({ last, damaged, torn }).toEqual({ last: 2, damaged: [], torn: false });
  });

  it('holds everybody when the file lost what was on the disk, since nobody can tell what the newest acts were', async () => {
    const path = await cutOff(async ({ ledger }) => {
      for (const byte of [1, 2, 3, 4]) await ledger.putVote(vote(byte), [], []);
    });
    await dropLines(path, 3);
    const { ledger, safekeeping } = await open(path);
    expect(safekeeping.findings).toMatchObject([{ what: 'acts.log', holds: 'all' }]);
    expect(await ledger.votes(ROUND)).toHaveLength(4);
  });

  it('notices one missing line after it was closed in order', async () => {
    const path = await temporaryFolder();
    const store = await openStore(path);
    await store.ledger.putVote(vote(1), [], []);
    await store.close();
    await dropLines(path, 1);
    expect((await open(path)).safekeeping.findings).toMatchObject([{ what: 'acts.log', holds: 'all' }]);
  });
});

describe('a damaged file of acts', () => {
  it.each([
    ['is missing', (file: string) => unlink(file)],
    ['is empty', (file: string) => truncate(file, 0)],
  ])('holds everybody when it %s, and is not made anew by itself', async (_what, damage) => {
    const path = await temporaryFolder();
    const store = await openStore(path);
    await store.ledger.putVote(vote(1), [], []);
    await store.close();
    await damage(join(path, 'acts.log'));
    for (const _ of [1, 2]) {
      const again = await openStore(path);
      expect(again.safekeeping.findings).toMatchObject([{ what: 'acts.log', holds: 'all' }]);
      await again.close();
    }
  });

  it('of another database is refused', async () => {
    const [one, other] = [await temporaryFolder(), await temporaryFolder()];
    for (const path of [one, other]) {
      const store = await openStore(path);
      await store.ledger.putVote(vote(1), [], []);
      await store.close();
    }
    await cp(join(other, 'acts.log'), join(one, 'acts.log'));
    const [finding] = (await open(one)).safekeeping.findings;
    expect(finding?.sentence).toMatch(/belongs to another database/);
  });

  it('stops nobody when only a line in it is damaged: the records that are there go on', async () => {
    const path = await temporaryFolder();
    const store = await openStore(path);
    for (const sequence of [1, 2, 3, 4]) await store.ledger.putVote(sampleVote({ sequence }), [], []);
    await store.close();
    const file = join(path, 'acts.log');
    const bytes = await readFile(file);
    const third = bytes.indexOf('"n":3');
    bytes[third + 4] = 0x38;
    await writeFile(file, bytes);
    const { ledger, safekeeping } = await open(path);
    expect(safekeeping.findings).toMatchObject([{ what: 'acts.log', problem: 'damaged', holds: 'nobody' }]);
    expect(await ledger.votes(ROUND)).toMatchObject([{ sequence: 4 }]);
  });
});

describe('both sides damaged', () => {
  it('holds everybody, at every start, when a line that cannot be read may name what the log lost', async () => {
    const path = await cutOff(async ({ ledger }) => {
      await ledger.putVote(vote(1), [], []);
      await ledger.putVote(sampleVote({ ...elsewhere, account: hash(1) }), [], []);
      await ledger.putVote(vote(2), [], []);
    });
    await unlink(await logOf(path));
    const file = join(path, 'acts.log');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"n":2', '"n":7'));
    for (const byte of [3, 4]) {
      const store = await openStore(path);
      expect(heldBy(store.safekeeping.findings, elsewhere.paraId)).toMatchObject([
        { what: 'acts.log', holds: 'all' },
      ]);
      await store.ledger.putVote(vote(byte), [], []);
      await expect(store.renewActs()).rejects.toMatchObject({ code: 'RESCUE_STORE_INCOMPLETE' });
      await store.close();
    }
  });
});

describe('the operator', () => {
  it.each([
    ['a lost', (file: string) => unlink(file)],
    ['a cut', (file: string) => truncate(file, 300)],
  ])('has %s file of acts written anew, after which nobody is held', async (_what, damage) => {
    const path = await temporaryFolder();
    const store = await openStore(path);
    for (const byte of [1, 2, 3]) await store.ledger.putVote(vote(byte), [], []);
    await store.close();
    await damage(join(path, 'acts.log'));
    const renewing = await openStore(path);
    expect(renewing.safekeeping.findings).toMatchObject([{ holds: 'all' }]);
    await renewing.renewActs();
    await renewing.ledger.putVote(vote(4), [], []);
    await renewing.close();
    const { ledger, safekeeping } = await open(path);
    expect(safekeeping.findings).toEqual([]);
    expect(await ledger.votes(ROUND)).toHaveLength(4);
    expect((await readActs(path)).acts.size).toBeGreaterThanOrEqual(4);
  });

  it('cannot have it written anew over acts that are missing', async () => {
    const path = await cutOff(({ ledger }) => ledger.putVote(vote(1), [], []));
    await unlink(await logOf(path));
    const store = await open(path);
    await expect(store.renewActs()).rejects.toMatchObject({ code: 'RESCUE_STORE_INCOMPLETE' });
    expect(heldBy(store.safekeeping.findings, 2000)).toHaveLength(1);
  });
});

describe('the file of acts', () => {
  const line = (n: number, key: string): ActsLine => ({
    n,
    at: n,
    acts: [{ key, value: fingerprint(String(n)), paras: [2000] }],
  });

  it('is written anew with what counts once most of it was overtaken', async () => {
    const folder = await temporaryFolder();
    const id = '0'.repeat(32);
    const begin = { end: await writeActs(folder, id, [], 0), last: 0, damaged: [] };
    const log = await ActsLog.open(folder, id, begin);
    onTestFinished(() => log.close());
    const batches = 90_000;
    for (let n = 1; n <= batches; n += 1) log.append(line(n, `key${n % 10}`));
    await log.flushed();
    const before = (await stat(join(folder, 'acts.log'))).size;
    await log.ready();
    const after = (await stat(join(folder, 'acts.log'))).size;
    expect(after).toBeLessThan(before / 1000);
    log.append(line(batches + 1, 'key3'));
    await log.flushed();
    const { acts, last, damaged } = await readActs(folder);
    expect({ last, damaged }).toEqual({ last: batches + 1, damaged: [] });
    expect(acts.size).toBe(10);
    expect(acts.get('key3')?.n).toBe(batches + 1);
    expect(acts.get('key4')?.n).toBe(batches - 6);
  });

  it('keeps several acts that come at once with one sync, in order', async () => {
    const path = await temporaryFolder();
    const store = await openStore(path);
    await Promise.all([1, 2, 3, 4, 5].map((byte) => store.ledger.putVote(vote(byte), [], [])));
    await store.close();
    expect((await readActs(path)).acts.size).toBe(5);
  });

  it('says which line does not fit, wherever a bit flips', async () => {
    const folder = await temporaryFolder();
    const lines = [1, 2, 3, 4].map((n) => ({ ...line(n, `key${n}`).acts[0], n, at: n }));
    await writeActs(folder, '0'.repeat(32), lines as never, 0);
    const bytes = await readFile(join(folder, 'acts.log'));
    for (let at = 0; at < bytes.length; at += 1) {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8));
      const { damaged, torn, database } = parseActs(copy);
      expect(damaged.length > 0 || torn || database === null, `byte ${at}`).toBe(true);
    }
  });
});

it('opens files for nobody but their owner, those that were there before and those that LevelDB makes later', async () => {
  const path = await temporaryFolder();
  await (await openStore(path)).close();
  for (const name of await readdir(path)) expect((await stat(join(path, name))).mode & 0o077, name).toBe(0);
});

it('loses no acknowledged act and names none when it is killed at any moment', async () => {
  const path = await temporaryFolder();
  const script = new URL('../support/database-process.mjs', import.meta.url).pathname;
  for (const wait of [1, 4, 9, 16, 25]) {
    const place = join(path, String(wait));
    const child = spawn(process.execPath, [script, place, 'write'], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe('open');
    for (let count = 0; count < wait; count += 1) await lines.next();
    child.kill('SIGKILL');
    await once(child, 'close');
    expect((await open(place)).safekeeping.findings).toEqual([]);
  }
});
