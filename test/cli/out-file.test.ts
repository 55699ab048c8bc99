import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeAllOut, writeOut, writeStreamOut } from '../../src/cli/shared/out-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
async function* parts(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield bytes(text);
}

describe('a file that --out names', () => {
  const ways: readonly [string, (path: string, text: string, force: boolean) => Promise<void>][] = [
    ['text', (path, text, force) => writeOut(path, text, { force })],
    ['parts', (path, text, force) => writeOut(path, [...text].map(bytes), { force })],
    ['a stream', (path, text, force) => writeStreamOut(path, parts(...text), { force })],
  ];

  it.each(ways)('stays when it holds something else, and may be written again: %s', async (_, write) => {
    const folder = await temporaryFolder();
    const path = join(folder, 'out');
    await write(path, 'one', false);
    await write(path, 'one', false);
    for (const other of ['two', 'on', 'ones', 'onf']) {
      await expect(write(path, other, false)).rejects.toMatchObject({
        code: 'RESCUE_REQUEST_INVALID',
        message: expect.stringMatching(/out is there already and stays as it is: .* --force/),
      });
    }
    expect(await readFile(path, 'utf8')).toBe('one');
    await write(path, 'two', true);
    expect(await readFile(path, 'utf8')).toBe('two');
    expect(await readdir(folder)).toEqual(['out']);
  });

  it.each(ways)('is told of when it cannot be written: %s', async (_, write) => {
    const folder = await temporaryFolder();
    await expect(write(join(folder, 'nowhere', 'out'), 'x', false)).rejects.toMatchObject({
      code: 'RESCUE_REQUEST_INVALID',
      message: expect.stringMatching(/cannot be written/),
    });
  });

  it('is not left behind in part when a stream breaks', async () => {
    const folder = await temporaryFolder();
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield bytes('half');
      throw new Error('the connection ended');
    }
    await expect(writeStreamOut(join(folder, 'out'), broken(), {})).rejects.toThrow('the connection ended');
    expect(await readdir(folder)).toEqual([]);
  });

  it('is one of several of which none is written when one stays', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'calls'));
    const path = (name: string) => join(folder, 'calls', name);
    await writeFile(path('second'), 'mine');
    const files = ['first', 'second'].map((name) => ({ path: path(name), content: name }));
    await expect(writeAllOut(files, {})).rejects.toMatchObject({
      message: expect.stringMatching(/second is there/),
    });
    expect(await readdir(join(folder, 'calls'))).toEqual(['second']);
    await writeAllOut(files, { force: true });
    expect(await readFile(path('second'), 'utf8')).toBe('second');
  });
});
