import { readFileSync } from 'node:fs';
import { blake2AsHex } from '@polkadot/util-crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspectCode } from '../../src/code/inspect.ts';
import { decompressFrame, unpackCode } from '../../src/code/zstd.ts';
import { RescueError } from '../../src/domain/errors.ts';
import {
  noise,
  SUBSTRATE_PREFIX,
  storedBlob,
  type TinyRuntime,
  tinyRuntime,
  WINDOW_1_MIB,
  ZSTD_MAGIC,
} from './tiny-runtime.ts';

const SIZE = { maxCodeSize: 3_000_000 };
const good = tinyRuntime();
/** Made by `zstd --ultra -22 --long=27 --no-check` from a tiny runtime: a window of 128 MiB, a match 600 000 bytes back. */
const squeezed = fixture('../fixtures/tiny-runtime.compact.compressed.wasm');

function fixture(path: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(path, import.meta.url)));
}
/** A zstd frame of two bytes that holds no content. */
const SKIPPED = [0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2];
const frame = (...bytes: number[]): Uint8Array =>
  Uint8Array.from([...SUBSTRATE_PREFIX, ...ZSTD_MAGIC, ...bytes]);
const refusal = (words: string | RegExp) =>
  expect.objectContaining({ code: 'RESCUE_CODE_INVALID', message: expect.stringMatching(words) });
const joined = (...parts: (Uint8Array | number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

describe('inspecting code', () => {
  it('reads what a plain module says of itself', () => {
    expect(inspectCode(good, SIZE)).toEqual({
      codeHash: blake2AsHex(good),
      size: good.length,
      compressed: false,
      uncompressedSize: good.length,
      runtime: {
        specName: 'tiny',
        implName: 'tiny-impl',
        authoringVersion: 1,
        specVersion: 7,
        implVersion: 3,
        transactionVersion: 11,
        stateVersion: 1,
      },
      comparison: null,
      ownComparison: null,
    });
  });

  it('reads the same from a compressed one, and hashes the blob as it is', () => {
    const blob = storedBlob(good);
    expect(inspectCode(blob, SIZE)).toEqual({
      ...inspectCode(good, SIZE),
      codeHash: blake2AsHex(blob),
      size: blob.length,
      compressed: true,
    });
  });

  it('decompresses what the strongest setting of zstd made', () => {
    const padding = Uint8Array.from({ length: 700_000 }, (_, index) => index % 251);
    padding.set(noise(2000));
    padding.set(noise(2000), 600_000);
    const wasm = tinyRuntime({ padding });
    expect(squeezed.length).toBeLessThan(3000);
    expect(blake2AsHex(decompressFrame(squeezed.subarray(8), wasm.length))).toBe(blake2AsHex(wasm));
    expect(() => decompressFrame(squeezed.subarray(8), wasm.length - 1)).toThrow('larger than');
    expect(inspectCode(squeezed, SIZE)).toMatchObject({
      uncompressedSize: wasm.length,
      runtime: { specName: 'tiny' },
    });
  });

  it.each([
    [2, 1, 0],
    [3, 11, 0],
    [4, 11, 1],
    [5, 11, 1],
  ])('knows the fields of a label by the Core API %s', (coreApi, transactionVersion, stateVersion) => {
    expect(inspectCode(tinyRuntime({ coreApi }), SIZE).runtime).toMatchObject({
      transactionVersion,
      stateVersion,
    });
  });

  it.each(['imported', 'own'] as const)('takes a module whose memory is %s', (memory) => {
    expect(inspectCode(tinyRuntime({ memory }), SIZE).runtime.specVersion).toBe(7);
  });

  it('takes a blob of exactly the largest size and refuses one byte more', () => {
    expect(inspectCode(good, { maxCodeSize: good.length }).size).toBe(good.length);
    expect(() => inspectCode(good, { maxCodeSize: good.length - 1 })).toThrow(refusal('at most'));
  });

  it('refuses the code that the relay chain already stores', () => {
    const { codeHash } = inspectCode(good, SIZE);
    expect(() => inspectCode(good, { ...SIZE, currentCodeHash: codeHash })).toThrow(
      refusal('already stores'),
    );
    expect(inspectCode(good, { ...SIZE, currentCodeHash: null }).codeHash).toBe(codeHash);
  });

  it('compares name and version with the stalled chain, and says how to make them fit', () => {
    const expectSpec = { specName: 'tiny', specVersion: 7 };
    expect(inspectCode(good, { ...SIZE, expectSpec }).runtime.specVersion).toBe(7);
    expect(() =>
      inspectCode(good, { ...SIZE, expectSpec: { specName: 'statemint', specVersion: 7 } }),
    ).toThrow(refusal('a runtime of "tiny", but the stalled chain runs "statemint"'));
    for (const specVersion of [6, 8]) {
      expect(() => inspectCode(good, { ...SIZE, expectSpec: { ...expectSpec, specVersion } })).toThrow(
        refusal(`label the runtime with ${specVersion}`),
      );
    }
  });

  it('shows no control characters of a hostile name', () => {
    const blob = tinyRuntime({ specName: 'a\n\u001b[31mb' });
    const expectSpec = { specName: 'tiny', specVersion: 7 };
    expect(() => inspectCode(blob, { ...SIZE, expectSpec })).toThrow(refusal(/^[ -~]+$/));
  });

  it.each<[string, TinyRuntime, string]>([
    ['without a label', { labelled: false }, 'no runtime_version section'],
    ['without the versions of its APIs', { coreApi: null }, 'no runtime_apis section'],
    ['without memory', { memory: 'none' }, 'memory'],
    [
      'of a relay chain, which cannot validate blocks',
      { exports: ['Core_version'] },
      'does not export validate_block',
    ],
  ])('refuses a module %s', (_name, options, words) => {
    expect(() => inspectCode(tinyRuntime(options), SIZE)).toThrow(refusal(words));
  });

  it('passes over frames without content behind the code, as nodes do', () => {
    const padded = joined(storedBlob(good), SKIPPED, SKIPPED);
    expect(unpackCode(padded)).toEqual(good);
    expect(inspectCode(padded, SIZE).codeHash).not.toBe(inspectCode(storedBlob(good), SIZE).codeHash);
  });

  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'it is empty'],
    ['text', new TextEncoder().encode('(module)'), 'neither a WebAssembly module'],
    ['zstd without the prefix', squeezed.subarray(8), 'neither a WebAssembly module'],
    ['the prefix alone', Uint8Array.from(SUBSTRATE_PREFIX), 'truncated'],
    ['the prefix before something else', joined(SUBSTRATE_PREFIX, good), 'mark of zstd'],
    ['compressed text', storedBlob(new TextEncoder().encode('hello')), 'not a WebAssembly module'],
    ['two frames', joined(squeezed, squeezed.subarray(8)), 'is followed by'],
    ['bytes after the frame', joined(storedBlob(good), [0]), 'is followed by 1 bytes'],
    ['a frame to skip that is cut off', joined(storedBlob(good), SKIPPED.slice(0, -1)), 'truncated'],
    ['a frame that needs a dictionary', frame(0x01, 0x50, 0x00, 1, 0, 0), 'dictionary'],
    ['a frame with the reserved bit', frame(0x08, 0x50, 1, 0, 0), 'reserved bit'],
    ['a frame with a window of gigabytes', frame(0x00, 0xb0, 1, 0, 0), 'window of'],
    ['a frame with a reserved kind of block', frame(...WINDOW_1_MIB, 0x07, 0, 0), 'reserved kind'],
    ['a frame with a block above 128 KiB', frame(...WINDOW_1_MIB, 0x01, 0, 0x20), 'above 128 KiB'],
    [
      'a frame that claims 2 GiB of content',
      frame(0xa0, 0, 0, 0, 0x80, 1, 0, 0),
      'larger than 52428800 bytes',
    ],
    [
      'a frame that claims 2^60 bytes of content',
      frame(0xe0, 0, 0, 0, 0, 0, 0, 0, 0x10, 1, 0, 0),
      'larger than',
    ],
    ['a frame that holds less than it claims', frame(0x20, 9, 0x01, 0, 0), 'claims 9 bytes'],
    ['another version of WebAssembly', good.with(4, 2), 'neither a WebAssembly module'],
    ['a module with a damaged function', good.with(good.indexOf(0x0b, 60), 0xff), ''],
    ['a module with bytes after its last section', joined(good, [1]), ''],
  ])('refuses %s', (_name, blob, words) => {
    expect(() => inspectCode(blob, SIZE)).toThrow(refusal(words));
  });

  it('refuses a blob of kilobytes that decompresses to gigabytes, without making them', () => {
    // 20 000 blocks that repeat one byte 131 072 times each: 2.4 GiB from 80 kB.
    const block = [0x02, 0x00, 0x10, 0x00];
    const bomb = frame(...WINDOW_1_MIB, ...Array.from({ length: 20_000 }, () => block).flat(), 1, 0, 0);
    const before = process.memoryUsage().rss;
    expect(() => inspectCode(bomb, SIZE)).toThrow(refusal('larger than 52428800 bytes'));
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024);
  });

  it('takes no more uncompressed code than nodes do either', () => {
    const largest = new Uint8Array(50 * 1024 * 1024);
    expect(unpackCode(largest)).toBe(largest);
    expect(() => unpackCode(new Uint8Array(largest.length + 1))).toThrow('larger than 52428800 bytes');
  });

  it('refuses every truncation of a module and of a blob', () => {
    for (let length = 0; length < good.length; length++) {
      expect(() => inspectCode(good.subarray(0, length), SIZE)).toThrow(refusal(''));
    }
    for (let length = 0; length < squeezed.length; length += 7) {
      expect(() => inspectCode(squeezed.subarray(0, length), SIZE)).toThrow(refusal(''));
    }
  });

  it('answers for any altered byte with facts or with a coded error, never with anything else', () => {
    const blobs = fc.constantFrom(good, squeezed, storedBlob(good));
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(blobs, changes, (blob, altered) => {
        const copy = blob.slice();
        for (const [at, byte] of altered) copy[at % copy.length] = byte;
        try {
          expect(inspectCode(copy, SIZE).codeHash).toBe(blake2AsHex(copy));
        } catch (error) {
          expect(error).toBeInstanceOf(RescueError);
          expect(error).toEqual(refusal(''));
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('code of the embedded network', () => {
  const artifact = (name: string): Uint8Array =>
    fixture(`../../devnet/runtimes/artifacts/${name}.compact.compressed.wasm`);
  const para = (name: string) => inspectCode(artifact(`para-${name}`), SIZE);

  it('of the para is compressed and can validate blocks, in all three versions', () => {
    for (const name of ['good', 'broken', 'fixed']) {
      const facts = para(name);
      expect(facts).toMatchObject({ compressed: true, runtime: { specName: para('good').runtime.specName } });
      expect(facts.uncompressedSize).toBeGreaterThan(facts.size);
    }
  });

  it('lets the fixed runtime stand in for the broken one, and the good one not', () => {
    const broken = para('broken');
    const expectations = { ...SIZE, currentCodeHash: broken.codeHash, expectSpec: broken.runtime };
    expect(inspectCode(artifact('para-fixed'), expectations).codeHash).not.toBe(broken.codeHash);
    expect(() => inspectCode(artifact('para-good'), expectations)).toThrow(refusal('spec version'));
    expect(() => inspectCode(artifact('para-broken'), expectations)).toThrow(refusal('already stores'));
  });

  it('of the relay chain is refused, because it validates no blocks of a para', () => {
    expect(() => inspectCode(artifact('relay'), SIZE)).toThrow(refusal('does not export validate_block'));
  });
});

describe('code that costs more to look into than its size tells', () => {
  const leb = (value: number): number[] =>
    value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
  const section = (id: number, content: Uint8Array): Uint8Array =>
    joined([id, ...leb(content.length)], content);
  const repeated = (bytes: readonly number[], count: number): Uint8Array => {
    const out = new Uint8Array(bytes.length * count);
    for (let index = 0; index < count; index++) out.set(bytes, index * bytes.length);
    return out;
  };
  const MODULE = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const listed = (id: number, entry: readonly number[], count: number): Uint8Array =>
    joined(MODULE, section(id, joined(leb(count), repeated(entry, count))));
  const ANY = { maxCodeSize: 50_000_000 };

  it.each([
    // Of 50 000 local variables in eight bytes each: 100 000 of them took an engine 2.4 s.
    [
      'functions of countless local variables',
      listed(10, [6, 1, ...leb(50_000), 0x7f, 0x0b], 1000),
      /20000000 local/,
    ],
    ['countless types, which engines never forget', listed(1, [0x60, 0, 0], 5001), /5000 types/],
    [
      'types of countless parameters',
      listed(1, [0x60, ...leb(1001), ...repeated([0x7f], 1001), 0], 1),
      /1000 parameters or results/,
    ],
    ['countless exports', listed(7, [1, 0x61, 0, 0], 10_001), /10000 exports/],
    ['countless functions', listed(3, [0], 300_001), /300000 functions/],
    ['countless globals', listed(6, [0x7f, 0, 0x41, 0, 0x0b], 10_001), /10000 globals/],
    ['countless imports', listed(2, [1, 0x61, 1, 0x61, 0, 0], 10_001), /10000 imports/],
    ['countless sections', joined(MODULE, repeated([0, 1, 0], 1001)), /1000 sections/],
  ])('is refused: %s', (_what, module, sentence) => {
    expect(() => inspectCode(module, ANY)).toThrow(refusal(sentence));
  });

  it('is refused for sections that say more of a runtime than there is to say', () => {
    const name = new TextEncoder().encode('runtime_apis');
    const apis = section(0, joined([name.length], name, repeated([...Array(12).fill(7)], 6000)));
    const runtime = joined(tinyRuntime({ coreApi: null }), apis);
    expect(() => inspectCode(runtime, ANY)).toThrow(refusal(/runtime_apis section has 72000 bytes/));
  });

  it('is not taken for what a runtime of a real chain is', () => {
    for (const runtime of ['contracts', 'para-good']) {
      const code = fixture(`../../devnet/runtimes/artifacts/${runtime}.compact.compressed.wasm`);
      expect(inspectCode(code, ANY).runtime.specName).not.toBe('');
    }
  });
});
