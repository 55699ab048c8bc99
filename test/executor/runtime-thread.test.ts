import { afterAll, describe, expect, it } from 'vitest';
import { type Hex, toHex } from '../../src/bytes/hex.ts';
import { encodeVersion } from '../../src/code/label.ts';
import type { StorageRequest } from '../../src/executor/storage/backend.ts';
import type { ForeignCode } from '../../src/executor/thread/runtime-thread.ts';
import { blake2b256 } from '../../src/proof/index.ts';

/** What is built: sources have no thread beside them. */
const BUILT = new URL('../../dist/src/executor/thread/runtime-thread.js', import.meta.url).href;
const { RuntimeThread } = (await import(
  BUILT
)) as typeof import('../../src/executor/thread/runtime-thread.ts');

const text = (name: string): number[] => [name.length, ...new TextEncoder().encode(name)];
const vector = (items: readonly (readonly number[])[]): number[] => [items.length, ...items.flat()];
const length = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...length(value >>> 7)];
const section = (id: number, content: readonly number[]): number[] => [
  id,
  ...length(content.length),
  ...content,
];
/** `i64.const` of a fat pointer to the first `bytes` bytes of memory. */
const fat = (bytes: number): number[] => [0x42, ...signed(BigInt(bytes) << 32n)];
const signed = (value: bigint): number[] =>
  value < 0x40n ? [Number(value)] : [Number(value & 0x7fn) | 0x80, ...signed(value >> 7n)];
const custom = (name: string, content: readonly number[]): number[] =>
  section(0, [...text(name), ...content]);
const body = (code: readonly number[]): number[] => [code.length + 1, 0, ...code];

const CORE_API = [0xdf, 0x6a, 0xcb, 0x68, 0x99, 0x07, 0x60, 0x9b, 4, 0, 0, 0];
const VERSION = {
  specName: 'tiny',
  implName: 'tiny',
  authoringVersion: 1,
  specVersion: 7,
  implVersion: 1,
  apis: [],
  transactionVersion: 1,
  stateVersion: 1,
};
/** Functions that take pointer and length and return a fat pointer, by what they do. */
const FUNCTIONS = {
  answers: [0x42, 0, 0x0b],
  // loop br 0 end
  never_ends: [0x03, 0x40, 0x0c, 0, 0x0b, 0x42, 0, 0x0b],
  panics: [0x00, 0x0b],
  // call of the imported function
  wants_more: [0x10, 0, 0x42, 0, 0x0b],
  // loop: write, br 0
  writes_on: [0x03, 0x40, ...fat(4), ...fat(60_000), 0x10, 1, 0x0c, 0, 0x0b, 0x42, 0, 0x0b],
};
const WASM = Uint8Array.from([
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...section(
    1,
    vector([
      [0x60, 2, 0x7f, 0x7f, 1, 0x7e],
      [0x60, 0, 0],
      [0x60, 2, 0x7e, 0x7e, 0],
    ]),
  ),
  ...section(
    2,
    vector([
      [...text('env'), ...text('memory'), 2, 0, 1],
      [...text('env'), ...text('ext_strange_version_1'), 0, 1],
      [...text('env'), ...text('ext_storage_set_version_1'), 0, 2],
    ]),
  ),
  ...section(3, vector(Object.keys(FUNCTIONS).map(() => [0]))),
  ...section(6, vector([[0x7f, 0, 0x41, 0x80, 0x08, 0x0b]])),
  ...section(
    7,
    vector([
      [...text('__heap_base'), 3, 0],
      ...Object.keys(FUNCTIONS).map((name, index) => [...text(name), 0, index + 2]),
    ]),
  ),
  ...section(10, vector(Object.values(FUNCTIONS).map(body))),
  ...custom('runtime_version', [...encodeVersion(VERSION)]),
  ...custom('runtime_apis', CORE_API),
]);

const codeOf = (bytes: Uint8Array): ForeignCode => ({
  hash: toHex(blake2b256(bytes)) as Hex,
  bytes: async () => bytes,
});
const CODE = codeOf(WASM);
const nothing = async (): Promise<null> => null;

describe('code of strangers on a thread of its own', () => {
  const thread = new RuntimeThread({ attemptMs: 1_500 });
  afterAll(() => thread.close());
  const run = (method: string, answer: (request: StorageRequest) => Promise<null> = nothing) =>
    thread.run(CODE, method, new Uint8Array(), answer);

  it('says its version, runs, and panics', async () => {
    expect(await thread.version(CODE)).toMatchObject({ specName: 'tiny', specVersion: 7 });
    expect(await run('answers')).toEqual({ kind: 'returned', result: new Uint8Array() });
    expect(await run('panics')).toMatchObject({
      kind: 'panicked',
      panic: expect.stringMatching(/unreachable/),
    });
  });

  it('is given up when it never ends, holds nobody else up, and did not panic', async () => {
    let turns = 0;
    const counting = setInterval(() => {
      turns += 1;
    }, 10);
    const other = new RuntimeThread({ attemptMs: 5_000 });
    try {
      const endless = run('never_ends');
      endless.catch(() => undefined);
      expect(await other.run(CODE, 'answers', new Uint8Array(), nothing)).toMatchObject({ kind: 'returned' });
      await expect(endless).rejects.toMatchObject({
        code: 'RESCUE_EXECUTION_FAILED',
        message: expect.stringMatching(/could not be run.*did not end within 1500 ms/),
      });
      expect(turns).toBeGreaterThan(50);
      // The next one gets another thread.
      expect(await run('answers')).toMatchObject({ kind: 'returned' });
    } finally {
      clearInterval(counting);
      await other.close();
    }
  });

  it('is stopped when it writes without end, before memory is full', async () => {
    await expect(run('writes_on')).rejects.toMatchObject({
      code: 'RESCUE_EXECUTION_FAILED',
      message: expect.stringMatching(/writes more than/),
    });
  });

  it('that needs what is not offered here, or is not there, could not be run: that is no panic', async () => {
    await expect(run('wants_more')).rejects.toMatchObject({
      code: 'RESCUE_EXECUTION_FAILED',
      message: expect.stringMatching(/ext_strange_version_1/),
    });
    await expect(run('no_such_function')).rejects.toMatchObject({
      code: 'RESCUE_EXECUTION_FAILED',
      details: { missing: 'no_such_function' },
    });
  });

  it('that is no code is refused', async () => {
    await expect(thread.version(codeOf(Uint8Array.of(1, 2, 3)))).rejects.toMatchObject({
      code: 'RESCUE_CODE_INVALID',
    });
  });
});
