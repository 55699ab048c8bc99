import { mkdir, mkdtemp, readdir, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { copyFolder, judge, makeSample, type Sample } from '../../bench/damage-folder.ts';
import { openStore } from '../../src/store/open.ts';
import { repairDatabase } from '../../src/store/repair.ts';
import { commandLine } from '../support/command-line.ts';
import { bytesOf } from '../support/folder-bytes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { sampleVote } from './samples.ts';

async function named(folder: string, pattern: RegExp): Promise<string> {
  const name = (await readdir(folder)).sort().find((file) => pattern.test(file));
  if (name === undefined) throw new Error(`no file is called ${pattern}`);
  return join(folder, name);
}

let sample: Sample;
let shared = '';
beforeAll(async () => {
  shared = await mkdtemp(join(tmpdir(), 'pararescue-repair-'));
  sample = (await makeSample(shared, true)).now;
});
afterAll(() => rm(shared, { recursive: true }));

/** A database whose last process was killed: tables on several levels, records written over, and a log. */
async function killed(): Promise<Sample & { readonly place: string }> {
  const place = await temporaryFolder();
  await copyFolder(sample.folder, join(place, 'killed'));
  return { folder: join(place, 'killed'), acts: sample.acts, place };
}

const manifest = /^MANIFEST/;
const flip = async (path: string, at: number) => {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(path, bytes);
};
const DAMAGES: readonly (readonly [string, (folder: string) => Promise<void>])[] = [
  ['CURRENT is gone', (folder) => unlink(join(folder, 'CURRENT'))],
  ['CURRENT is empty', (folder) => truncate(join(folder, 'CURRENT'), 0)],
  ['CURRENT is full of zeros', (folder) => writeFile(join(folder, 'CURRENT'), new Uint8Array(16))],
  [
    'CURRENT names a file that is not there',
    (folder) => writeFile(join(folder, 'CURRENT'), 'MANIFEST-999999\n'),
  ],
  ['the MANIFEST is gone', async (folder) => unlink(await named(folder, manifest))],
  ['the MANIFEST is empty', async (folder) => truncate(await named(folder, manifest), 0)],
  ['a bit of the MANIFEST flipped', async (folder) => flip(await named(folder, manifest), 20)],
];

describe('a database that LevelDB cannot open, because', () => {
  it.each(DAMAGES)('%s, is refused with the ways out, and made anew with every act', async (_why, damage) => {
    const { folder, acts, place } = await killed();
    await damage(folder);
    await expect(openStore(folder)).rejects.toMatchObject({
      code: 'RESCUE_STORE_CORRUPT',
      message: expect.stringMatching(/pararescue store restore.*pararescue store repair/),
    });
    const before = await bytesOf(folder);
    const repaired = join(place, 'repaired');
    expect(await repairDatabase(folder, repaired)).toEqual([]);
    expect(await bytesOf(folder)).toEqual(before);
    expect(await judge(repaired, acts)).toMatchObject({ verdict: 'intact' });
    // And it goes on.
    const store = await openStore(repaired);
    onTestFinished(() => store.close());
    await store.ledger.putVote(sampleVote(), [], []);
    expect((await store.safekeeping.check()).findings).toEqual([]);
    expect((await readdir(place)).sort()).toEqual(['killed', 'repaired']);
  });

  it('a table is gone, is made anew without it: whose acts were in it is named', async () => {
    const { folder, acts, place } = await killed();
    await unlink(await named(folder, /\.ldb$/));
    await expect(openStore(folder)).rejects.toMatchObject({ code: 'RESCUE_STORE_CORRUPT' });
    const { status, stdout } = await commandLine([
      'store',
      'repair',
      folder,
      '--into',
      join(place, 'repaired'),
    ]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/para 2000: \d+ .*(is|are) missing.*The para is held/s);
    expect(await judge(join(place, 'repaired'), acts)).toMatchObject({ verdict: 'named' });
  });

  it('a table is damaged and CURRENT is gone, is made anew with the rest, and the damaged one is left alone', async () => {
    const { folder, acts, place } = await killed();
    await unlink(join(folder, 'CURRENT'));
    const table = await named(folder, /\.ldb$/);
    const bytes = await readFile(table);
    await writeFile(table, bytes.fill(0xff, 100, 1000));
    const before = await bytesOf(folder);
    await repairDatabase(folder, join(place, 'repaired'));
    expect(await bytesOf(folder)).toEqual(before);
    expect(await judge(join(place, 'repaired'), acts)).toMatchObject({ verdict: 'named' });
  });
});

describe('no repair is made', () => {
  it.each([
    ['is gone', (file: string) => unlink(file)],
    ['is empty', (file: string) => truncate(file, 0)],
  ])('when acts.log %s as well: nobody could tell what is lost', async (_what, damage) => {
    const { folder, place } = await killed();
    await unlink(join(folder, 'CURRENT'));
    await damage(join(folder, 'acts.log'));
    await expect(repairDatabase(folder, join(place, 'repaired'))).rejects.toMatchObject({
      code: 'RESCUE_STORE_INCOMPLETE',
      message: expect.stringContaining('restore a backup'),
    });
    expect(await readdir(place)).not.toContain('repaired');
  });

  it('of a database that a process owns, into a folder that holds something, or of nothing', async () => {
    const place = await temporaryFolder();
    const path = join(place, 'database');
    const store = await openStore(path);
    await expect(repairDatabase(path, join(place, 'repaired'))).rejects.toMatchObject({
      code: 'RESCUE_STORE_BUSY',
    });
    await store.close();
    await expect(repairDatabase(path, path)).rejects.toMatchObject({ code: 'RESCUE_REQUEST_INVALID' });
    await rm(path, { recursive: true });
    await expect(repairDatabase(path, join(place, 'repaired'))).rejects.toMatchObject({
      code: 'RESCUE_NOT_FOUND',
    });
    await mkdir(join(place, 'none'));
    await expect(repairDatabase(join(place, 'none'), join(place, 'repaired'))).rejects.toMatchObject({
      code: 'RESCUE_NOT_FOUND',
    });
  });
});
