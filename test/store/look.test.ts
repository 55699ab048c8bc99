import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeSample } from '../../bench/damage-folder.ts';
import { readBackup } from '../../src/store/backup.ts';
import { openStore } from '../../src/store/open.ts';
import { commandLine } from '../support/command-line.ts';
import { earlierDatabase } from '../support/earlier-database.ts';
import { bytesOf } from '../support/folder-bytes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('a check or a backup of a folder changes no byte of it', () => {
  const looks = async (folder: string, file: string) => [
    await commandLine(['store', 'check', '--database', folder, '--json']),
    await commandLine(['store', 'backup', file, '--database', folder, '--json']),
  ];

  it('after a process was killed, with a torn end of acts.log', async () => {
    const place = await temporaryFolder();
    const { now } = await makeSample(place, true);
    await appendFile(join(now.folder, 'acts.log'), 'half a line');
    await chmod(join(now.folder, 'acts.log'), 0o640);
    const before = await bytesOf(now.folder);
    const [check, backup] = await looks(now.folder, join(place, 'file'));
    expect(check).toMatchObject({ status: 0 });
    expect(backup).toMatchObject({ status: 0 });
    expect(await bytesOf(now.folder)).toEqual(before);
    expect((await readBackup(join(place, 'file'))).records).toBeGreaterThan(100);
  });

  it('of an earlier format, which is named', async () => {
    const place = await temporaryFolder();
    const folder = await earlierDatabase('voting', join(place, 'database'));
    const before = await bytesOf(folder);
    const [check] = await looks(folder, join(place, 'file'));
    // The fixture is without trie nodes.
    const findings = [{ what: 'proof', problem: 'damaged', count: 2 }];
    expect(JSON.parse(check?.stdout ?? '')).toMatchObject({ format: 2, findings });
    expect(await bytesOf(folder)).toEqual(before);
  });

  it('with a damaged table, and a damaged MANIFEST', async () => {
    const place = await temporaryFolder();
    const { folder } = (await makeSample(place, false)).now;
    const table = join(folder, (await readdir(folder)).find((name) => name.endsWith('.ldb')) ?? '');
    await writeFile(table, (await readFile(table)).fill(0xff, 50, 500));
    let before = await bytesOf(folder);
    const [check] = await looks(folder, join(place, 'file'));
    expect(check?.status).toBe(1);
    expect(check?.stdout).toMatch(/The para is held|is missing|are missing/);
    expect(await bytesOf(folder)).toEqual(before);

    await unlink(join(folder, (await readdir(folder)).find((name) => name.startsWith('MANIFEST')) ?? ''));
    before = await bytesOf(folder);
    const [refused] = await looks(folder, join(place, 'other'));
    // It names the folder that was asked for, not the copy.
    expect(refused?.stderr).toMatch(/RESCUE_STORE_CORRUPT/);
    expect(refused?.stderr).toContain(`the database ${folder} cannot be opened`);
    expect(await bytesOf(folder)).toEqual(before);
  });

  it('that another process owns: it is refused', async () => {
    const path = await temporaryFolder();
    const script = new URL('../support/database-process.mjs', import.meta.url).pathname;
    const child = spawn(process.execPath, [script, path, 'hold'], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    expect((await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()).value).toBe(
      'open',
    );
    const before = await bytesOf(path);
    for (const { status, stderr } of await looks(path, `${path}.backup`)) {
      expect(status).toBe(1);
      expect(stderr).toContain('RESCUE_STORE_BUSY');
    }
    expect(await bytesOf(path)).toEqual(before);
    child.kill('SIGKILL');
    await once(child, 'close');
    expect((await looks(path, `${path}.backup`))[0]).toMatchObject({ status: 0 });
    await rm(`${path}.backup`);
  });

  it('that this process owns: it is refused, and the owner keeps it', async () => {
    const path = await temporaryFolder();
    const store = await openStore(path);
    onTestFinished(() => store.close());
    const [check] = await looks(path, `${path}.backup`);
    expect(check?.stderr).toContain('RESCUE_STORE_BUSY');
    const script = new URL('../support/database-process.mjs', import.meta.url).pathname;
    const child = spawn(process.execPath, [script, path, 'hold'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [code] = (await once(child, 'close')) as [number];
    expect(code).not.toBe(0);
  });
});
