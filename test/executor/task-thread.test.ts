import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { encodeText } from '../../src/bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../../src/bytes/hex.ts';
import { encodeVersion } from '../../src/code/label.ts';
import type { ProofSource } from '../../src/executor/remote/proof-source.ts';
import { type JobOptions, RunningJob } from '../../src/executor/thread/running-job.ts';
import type { ThreadLimits } from '../../src/executor/thread/task-thread.ts';
import { blake2b256, buildTrie } from '../../src/proof/index.ts';

/** What is built: sources have no thread beside them. */
const BUILT = new URL('../../dist/src/executor/thread/', import.meta.url).href;
const { TaskThread } = (await import(
  `${BUILT}task-thread.js`
)) as typeof import('../../src/executor/thread/task-thread.ts');
const { Threads } = (await import(
  `${BUILT}threads.js`
)) as typeof import('../../src/executor/thread/threads.ts');
const { CALL_JOBS } = (await import(
  `${BUILT}call-jobs.js`
)) as typeof import('../../src/executor/thread/call-jobs.ts');

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
/** Imported functions with their types, by their place. */
const IMPORTS = [
  ['ext_strange_version_1', 1],
  ['ext_storage_set_version_1', 2],
  ['ext_storage_start_transaction_version_1', 1],
  ['ext_storage_exists_version_1', 3],
  ['ext_logging_log_version_1', 4],
] as const;
const END = 0x0b;
const DROP = 0x1a;
const nothing = [0x42, 0, END];
const call = (place: number): number[] => [0x10, place];
/** loop … br 0 */
const forever = (code: readonly number[]): number[] => [0x03, 0x40, ...code, 0x0c, 0, END, ...nothing];
/** Functions that take pointer and length and return a fat pointer, by what they do. */
const FUNCTIONS = {
  answers: nothing,
  never_ends: forever([]),
  panics: [0x00, END],
  wants_more: [...call(0), ...nothing],
  writes_on: forever([...call(2), ...fat(4), ...fat(60_000), ...call(1)]),
  begins_on: forever(call(2)),
  reads: [...fat(2), ...call(3), DROP, ...nothing],
  logs_on: forever([0x41, 0, ...fat(8), ...fat(60_000), ...call(4)]),
  // local.get 0, i64.extend_i32_u: the argument itself is the fat pointer's low half; its length is in the high one.
  echoes: [0x20, 0, 0xad, 0x20, 1, 0xad, 0x42, 32, 0x86, 0x84, END],
};
/** Takes nothing, returns nothing, and never does that. */
const LOOPS = [0x03, 0x40, 0x0c, 0, END, END];
const LOOPS_AT = IMPORTS.length + Object.keys(FUNCTIONS).length;
/** A runtime that does these things; `extra` are sections before the code. */
const wasm = (extra: readonly number[] = [], pages = 1): Uint8Array =>
  Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(
      1,
      vector([
        [0x60, 2, 0x7f, 0x7f, 1, 0x7e],
        [0x60, 0, 0],
        [0x60, 2, 0x7e, 0x7e, 0],
        [0x60, 1, 0x7e, 1, 0x7f],
        [0x60, 3, 0x7f, 0x7e, 0x7e, 0],
      ]),
    ),
    ...section(
      2,
      vector([
        [...text('env'), ...text('memory'), 2, 0, ...length(pages)],
        ...IMPORTS.map(([name, type]) => [...text('env'), ...text(name), 0, type]),
      ]),
    ),
    ...section(3, vector([...Object.keys(FUNCTIONS).map(() => [0]), [1]])),
    ...section(6, vector([[0x7f, 0, 0x41, 0x80, 0x08, END]])),
    ...section(
      7,
      vector([
        [...text('__heap_base'), 3, 0],
        ...Object.keys(FUNCTIONS).map((name, index) => [...text(name), 0, index + IMPORTS.length]),
      ]),
    ),
    ...extra,
    ...section(10, vector([...Object.values(FUNCTIONS), LOOPS].map(body))),
    ...custom('runtime_version', [...encodeVersion(VERSION)]),
    ...custom('runtime_apis', CORE_API),
  ]);
/** A few kilobytes that unpack to 60 MB of zeros: zstd blocks that repeat one byte. */
const bomb = (): Uint8Array => {
  const blocks = Array.from({ length: 480 }, (_, index) => {
    const head = (131_072 << 3) | 2 | (index === 479 ? 1 : 0);
    return [head & 0xff, (head >> 8) & 0xff, head >> 16, 0];
  });
  const prefix = [0x52, 0xbc, 0x53, 0x76, 0x46, 0xdb, 0x8e, 0x05];
  return Uint8Array.from([...prefix, 0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38, ...blocks.flat()]);
};
const WASM = wasm();
const HASH = toHex(blake2b256(WASM));

describe('code of strangers on a thread of its own', () => {
  const threads: { close(): Promise<void> }[] = [];
  const open = (limits: ThreadLimits = {}) => {
    const thread = new TaskThread(CALL_JOBS, limits);
    threads.push(thread);
    return thread;
  };
  const shared = open();
  afterAll(async () => {
    for (const thread of threads) await thread.close();
  });
  const run = (thread: ReturnType<typeof open>, method: string, options: Partial<JobOptions> = {}) =>
    thread.run(
      'call',
      { code: options.states ? 'calls' : HASH, method, argument: Uint8Array.of(1, 2, 3) },
      { what: `The code for ${method}`, code: async () => WASM, ...options },
    );
  const version = (code: Uint8Array) =>
    shared.run(
      'version',
      { code: toHex(blake2b256(code)) },
      { what: 'The code for its version', code: async () => code },
    );

  it('says its version, runs, and panics; its code is asked for once', async () => {
    const thread = open();
    let asked = 0;
    const code = async () => {
      asked += 1;
      return WASM;
    };
    expect(await thread.run('version', { code: HASH }, { what: 'the code', code })).toMatchObject({
      specName: 'tiny',
      specVersion: 7,
    });
    expect(await run(thread, 'answers', { code })).toEqual({ kind: 'returned', result: new Uint8Array() });
    expect(await run(thread, 'echoes', { code })).toEqual({
      kind: 'returned',
      result: Uint8Array.of(1, 2, 3),
    });
    expect(await run(thread, 'panics', { code })).toMatchObject({
      kind: 'panicked',
      panic: expect.stringMatching(/unreachable/),
    });
    expect(asked).toBe(1);
  });

  it('is given up when it never ends, keeps the process and other threads responsive, and did not panic', async () => {
    const other = shared;
    await run(other, 'answers');
    const thread = open({ computeMs: 1_500 });
    await run(thread, 'answers');
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();
    const endless = run(thread, 'never_ends');
    endless.catch(() => undefined);
    expect(await run(other, 'answers')).toMatchObject({ kind: 'returned' });
    await expect(endless).rejects.toMatchObject({
      code: 'RESCUE_EXECUTION_FAILED',
      message:
        'The code for never_ends could not be run to its end: it did not end within 1500 ms of computing.',
    });
    delay.disable();
    // In nanoseconds, the resolution included.
    expect(delay.percentile(50) / 1e6).toBeLessThan(50);
    expect(delay.count).toBeGreaterThan(40);
    // The next one gets another thread.
    expect(await run(thread, 'answers')).toMatchObject({ kind: 'returned' });
  });

  it('waits for what another thread has compiled, but not for code that never ends', async () => {
    const common = new Threads(CALL_JOBS.entry, { memoryMb: 128, idleMs: 60_000 });
    threads.push(common);
    const [one, two] = [new TaskThread(CALL_JOBS, {}, common), new TaskThread(CALL_JOBS, {}, common)];
    let asked = 0;
    const code = async () => {
      asked += 1;
      return WASM;
    };
    await run(one, 'answers', { code });
    await Promise.all([run(one, 'answers', { code }), run(two, 'answers', { code })]);
    expect(asked).toBe(1);

    const endless = run(one, 'never_ends', { code, computeMs: 6_000 });
    const ended = endless.catch((error: unknown) => error);
    expect(await Promise.race([run(two, 'answers', { code }), ended])).toMatchObject({ kind: 'returned' });
    expect(asked).toBe(2);
    await common.close();
    await expect(endless).rejects.toMatchObject({ code: 'RESCUE_EXECUTION_FAILED' });
    await expect(run(two, 'answers', { code })).rejects.toMatchObject({ code: 'RESCUE_EXECUTION_FAILED' });
  });

  it('has the time of a step again with each step', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const job = new RunningJob({ what: 'it', computeMs: 200, stepMs: 60, deadlineMs: 60_000 });
    const over: string[] = [];
    job.onOver = (problem) => over.push(problem);
    job.begin();
    for (let steps = 0; steps < 2; steps++) {
      vi.advanceTimersByTime(50);
      job.step();
    }
    expect(over).toEqual([]);
    vi.advanceTimersByTime(60);
    expect(over).toEqual(['a step of it did not end within 60 ms of computing']);
    vi.advanceTimersByTime(40);
    expect(over[1]).toBe('it did not end within 200 ms of computing');
  });

  it('keeps no process alive when nobody wants it any more before its thread is ready', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    const abort = new AbortController();
    const reason = new Error('never mind');
    const unwanted = run(open(), 'answers', { signal: abort.signal });
    setImmediate(() => abort.abort(reason));
    await expect(unwanted).rejects.toBe(reason);
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it('is stopped when it writes without end, before memory is full', async () => {
    await expect(run(shared, 'writes_on')).rejects.toMatchObject({
      code: 'RESCUE_EXECUTION_FAILED',
      message: expect.stringMatching(/writes more than/),
    });
  });

  it('ends with its thread when it takes all memory of that', async () => {
    const thread = open({ memoryMb: 48 });
    await expect(run(thread, 'begins_on')).rejects.toMatchObject({
      code: 'RESCUE_EXECUTION_FAILED',
      message: 'The code for begins_on could not be run to its end: it takes more than 48 MB of memory.',
    });
    expect(await run(thread, 'answers')).toMatchObject({ kind: 'returned' });
  });

  it('has few of its lines kept, however many it logs', async () => {
    await expect(run(open({ computeMs: 1_500, memoryMb: 64 }), 'logs_on')).rejects.toMatchObject({
      message: expect.stringMatching(/1500 ms of computing/),
    });
  });

  it('that needs what is not offered here, or is not there, could not be run: that is no panic', async () => {
    const thread = shared;
    await expect(run(thread, 'wants_more')).rejects.toMatchObject({
      code: 'RESCUE_EXECUTION_FAILED',
      message: expect.stringMatching(/ext_strange_version_1/),
      details: { hostFunction: 'ext_strange_version_1' },
    });
    await expect(run(thread, 'no_such_function')).rejects.toMatchObject({
      code: 'RESCUE_EXECUTION_FAILED',
      details: { missing: 'no_such_function' },
    });
  });

  it.each([
    ['is no code', Uint8Array.of(1, 2, 3), /does not compile as a runtime: /],
    ['begins with gigabytes of memory', wasm([], 60_000), /it begins with 60000 pages of memory/],
    ['is a bomb', bomb(), /larger than/],
    ['says of itself that it is larger than it is', WASM.subarray(0, 300), /does not compile as a runtime/],
  ])('that %s is refused', async (_what, code, says) => {
    await expect(version(code)).rejects.toMatchObject({
      code: 'RESCUE_CODE_INVALID',
      message: expect.stringMatching(says),
    });
  });

  it('is given up when it never ends being loaded: start functions are allowed, and run', async () => {
    const code = wasm(section(8, [LOOPS_AT]));
    const loaded = open({ computeMs: 800 }).run(
      'call',
      { code: toHex(blake2b256(code)), method: 'answers', argument: new Uint8Array() },
      { what: 'The code', code: async () => code },
    );
    await expect(loaded).rejects.toMatchObject({
      code: 'RESCUE_EXECUTION_FAILED',
      message: expect.stringMatching(/did not end within 800 ms of computing/),
    });
  });

  it('is taken for no other code: bytes with another hash are refused', async () => {
    const wrong = open().run('version', { code: HASH }, { what: 'the code', code: async () => wasm([], 2) });
    await expect(wrong).rejects.toMatchObject({ code: 'RESCUE_INTERNAL' });
  });

  describe('on a state that is proven on demand', () => {
    const trie = buildTrie(
      [
        [Uint8Array.of(0, 0), Uint8Array.of(7)],
        [encodeText(':code'), WASM],
      ],
      1,
    );
    const source = (prove: ProofSource['prove']) => ({
      head: {
        root: trie.root,
        proofs: { prove, keysAfter: async () => [], likely: async () => [], wasRead: async () => undefined },
      },
    });
    const proven: ProofSource['prove'] = async ({ keys }, admit) => {
      expect((await admit(keys, trie.prove(keys.map(fromHex)))).unproven).toEqual([]);
    };

    it('is run to its end, and waiting for proofs costs no time of computing', async () => {
      const taken: Hex[] = [];
      const states = source(async ({ keys }, admit) => {
        await new Promise((resolve) => setTimeout(resolve, 900));
        expect((await admit(keys, [Uint8Array.of(1)])).unproven).toEqual(keys);
        const admission = await admit(keys, trie.prove(keys.map(fromHex)));
        taken.push(
          ...admission.taken.map(({ hash, bytes }) =>
            toHex(blake2b256(bytes)) === toHex(hash) ? toHex(hash) : '0x',
          ),
        );
      });
      const thread = open({ computeMs: 600 });
      await run(thread, 'answers');
      expect(await run(thread, 'reads', { states })).toMatchObject({ kind: 'returned' });
      expect(taken).toContain(toHex(trie.root));
      expect(taken).not.toContain('0x');
      // The next job on the same thread has the node already.
      expect(
        await run(thread, 'reads', { states: source(() => Promise.reject(new Error('nobody'))) }),
      ).toMatchObject({
        kind: 'returned',
      });
    });

    it('could not be run when nobody proves it, with the very error of who did not', async () => {
      const refusal = new RangeError('no proof for you');
      const states = source(() => Promise.reject(refusal));
      const failed = await run(shared, 'reads', { states }).then(
        () => null,
        (error: unknown) => error,
      );
      expect(failed).toBe(refusal);
    });

    it('is given up when all of it takes too long, and when whoever asked does not want it any more', async () => {
      const never = source(() => new Promise(() => undefined));
      await expect(run(open(), 'reads', { states: never, deadlineMs: 700 })).rejects.toMatchObject({
        code: 'RESCUE_EXECUTION_FAILED',
        message: expect.stringMatching(/did not end within 700 ms\.$/),
      });
      const abort = new AbortController();
      const reason = new Error('never mind');
      const states = source(async (wanted, admit) => {
        abort.abort(reason);
        await proven(wanted, admit);
      });
      const thread = open();
      await expect(run(thread, 'reads', { states, signal: abort.signal })).rejects.toBe(reason);
      await expect(run(thread, 'reads', { states, signal: abort.signal })).rejects.toBe(reason);
      expect(await run(thread, 'reads', { states: source(proven) })).toMatchObject({ kind: 'returned' });
    });
  });
});
