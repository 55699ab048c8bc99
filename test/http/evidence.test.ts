import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEvidenceBundles, type Taken } from '../../src/http/evidence-bundles.ts';
import { type Door, openDoor } from '../support/http-door.ts';

const PATH = '/v1/paras/2000/evidence';
/** More than what sockets of this machine hold of an answer that nobody reads. */
const MEGABYTES = 24;

/** A door to a service whose evidence is another one each time, and says in its first line which. */
async function openChangingDoor(): Promise<Door & { made: () => number }> {
  const door = await openDoor();
  let version = 0;
  let made = 0;
  door.service.evidence = async () => {
    version += 1;
    const name = version;
    return {
      version: String(name),
      lines: async () =>
        (async function* () {
          made += 1;
          yield `${name}\n`;
          for (let line = 0; line < 16 * MEGABYTES; line++) yield `${'x'.repeat(65_535)}\n`;
        })(),
    };
  };
  return { ...door, made: () => made };
}

/** Takes the head and the first line of an answer, and nothing more until `end`. */
async function readSlowly(
  url: string,
): Promise<{ status: number; version: string; socket: ReturnType<typeof connect> }> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.write(`GET ${PATH} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
  const first = await new Promise<string>((resolve, reject) => {
    let got = '';
    socket.once('error', reject);
    const take = (chunk: Buffer) => {
      got += chunk.toString();
      if (!/\r\n\r\n\d+\n/.test(got)) return;
      socket.off('data', take).pause();
      resolve(got.slice(0, 2000));
    };
    socket.on('data', take);
  });
  return { socket, status: Number(first.slice(9, 12)), version: /\r\n\r\n(\d+)\n/.exec(first)?.[1] ?? '' };
}

describe('evidence', () => {
  it('that others read slowly exists in four versions at most, however many were made', async () => {
    const door = await openChangingDoor();
    // On a busy machine one that took long to make is given out for a while.
    const another = async (version: string) => {
      const reader = await readSlowly(door.url);
      if (reader.version !== version) reader.socket.destroy();
      return reader.version;
    };
    for (const version of ['1', '2', '3', '4'])
      await expect.poll(() => another(version), { timeout: 60_000 }).toBe(version);
    for (let reader = 0; reader < 4; reader++) expect((await readSlowly(door.url)).version).toBe('4');
    expect(door.made()).toBe(4);
  });

  it('is read to its end by one while another goes away in the midst of it', async () => {
    const { url, service } = await openChangingDoor();
    const changing = service.evidence;
    const bundle = await changing(2000);
    service.evidence = async () => bundle;
    const leaving = await readSlowly(url);
    const staying = await readSlowly(url);
    leaving.socket.destroy();
    await new Promise((resolve) => leaving.socket.once('close', resolve));
    let size = 0;
    staying.socket.on('data', (chunk) => {
      size += chunk.length;
    });
    staying.socket.resume();
    await expect.poll(() => size, { timeout: 20_000 }).toBeGreaterThan((MEGABYTES - 1) * 2 ** 20);
    expect((await (await fetch(`${url}${PATH}`)).text()).length).toBe(2 + MEGABYTES * 2 ** 20);
  });
});

describe('the bundles of evidence', () => {
  const bundle = (version: string, content = version) => ({
    version,
    lines: async () =>
      (async function* () {
        yield `${content}\n`;
      })(),
  });
  const five = async (bundles: ReturnType<typeof createEvidenceBundles>): Promise<Taken[]> => {
    const taken = [];
    for (const version of ['1', '2', '3', '4', '5']) taken.push(await bundles.take(2000, bundle(version)));
    return taken;
  };

  it('are given out of date rather than taken from whoever still has time to read one', async () => {
    const taken = await five(createEvidenceBundles());
    expect(await Promise.all(taken.map(({ lines }) => text(lines)))).toEqual([
      '1\n',
      '2\n',
      '3\n',
      '4\n',
      '4\n',
    ]);
  });

  it('are taken from those who had their time with the oldest', async () => {
    const taken = await five(createEvidenceBundles({ leastMs: 0, bytesPerMs: 1e9 }));
    const read = await Promise.allSettled(taken.map(({ lines }) => text(lines)));
    expect(read.map((each) => (each.status === 'fulfilled' ? each.value : 'cut off'))).toEqual([
      'cut off',
      '2\n',
      '3\n',
      '4\n',
      '5\n',
    ]);
  });

  it('make room when they were read, and count for each para apart', async () => {
    const bundles = createEvidenceBundles();
    const [first, ...others] = await five(bundles);
    expect(await text((await bundles.take(2001, bundle('other para'))).lines)).toBe('other para\n');
    if (first) await text(first.lines);
    expect(await text((await bundles.take(2000, bundle('6'))).lines)).toBe('6\n');
    for (const { lines } of others) lines.destroy();
  });

  it('that were made are not made again for the same version, also empty ones', async () => {
    const bundles = createEvidenceBundles();
    const empty = { version: '1', lines: async () => (async function* (): AsyncGenerator<string> {})() };
    expect(await text((await bundles.take(2000, empty)).lines)).toBe('');
    const never = { ...empty, lines: () => Promise.reject(new Error('made again')) };
    const { size, lines } = await bundles.take(2000, never);
    expect([size, await text(lines)]).toEqual([0, '']);
    await expect(bundles.take(2000, { ...never, version: '2' })).rejects.toThrow('made again');
    expect(await text((await bundles.take(2000, bundle('3'))).lines)).toBe('3\n');
  });
});
