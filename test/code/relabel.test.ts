import { describe, expect, it } from 'vitest';
import { readArtifact } from '../../devnet/artifacts.ts';
import { equalBytes } from '../../src/bytes/bytes.ts';
import { kinshipOf } from '../../src/code/kinship.ts';
import { embeddedVersion } from '../../src/code/label.ts';
import { relabel } from '../../src/code/relabel.ts';
import { outlineWasm } from '../../src/code/sections.ts';
import { isCompressed, unpackCode } from '../../src/code/zstd.ts';
import { tinyRuntime } from './tiny-runtime.ts';
import { custom } from './wasm-module.ts';

/** Core version 5 has two fields behind the list of APIs, which this label lacks: nodes cannot read it. */
function cutLabel(): Uint8Array {
  const module = tinyRuntime({ labelled: false });
  const label = [4, 0x78, 4, 0x78, ...[1, 7, 0].flatMap((part) => [part, 0, 0, 0]), 0];
  return Uint8Array.of(...module, ...custom('runtime_version', label));
}

describe('re-labelling a runtime', () => {
  it('changes four bytes of a real one and keeps it compressed, no larger and the same each time', async () => {
    const before = await readArtifact('para-good');
    const done = relabel(before, 1_000_000_001);
    expect(isCompressed(done.code)).toBe(true);
    expect(Math.abs(done.code.length - before.length)).toBeLessThan(64);
    const [old, now] = [unpackCode(before), unpackCode(done.code)];
    expect(now.length).toBe(old.length);
    expect(equalBytes(now.subarray(0, done.offset), old.subarray(0, done.offset))).toBe(true);
    expect(equalBytes(now.subarray(done.offset + 4), old.subarray(done.offset + 4))).toBe(true);
    const [label, other] = [embeddedVersion(outlineWasm(old)), embeddedVersion(outlineWasm(now))];
    expect(other).toEqual({ ...label, specVersion: 1_000_000_001 });
    expect({ before: done.before, after: done.after }).toEqual({ before: 1000, after: 1_000_000_001 });
    expect(relabel(before, 1_000_000_001).codeHash).toBe(done.codeHash);
    expect(kinshipOf(before, done.code)).toBe('other-label');
    // And back: the module is what it was.
    expect(kinshipOf(relabel(done.code, 1000).code, before)).toMatch(/^same/);
  });

  it('leaves a module uncompressed, and labels of before Core version 3 without fields that they do not have', () => {
    const old = tinyRuntime({ coreApi: 2 });
    const { code, offset } = relabel(old, 77);
    expect(code.length).toBe(old.length);
    expect([...old.keys()].filter((at) => old[at] !== code[at])).toEqual([offset]);
    expect(embeddedVersion(outlineWasm(code))?.specVersion).toBe(77);
    expect(kinshipOf(relabel(tinyRuntime({ coreApi: null }), 8).code, tinyRuntime({ coreApi: null }))).toBe(
      'other-label',
    );
  });

  it.each([
    ['has no such section', tinyRuntime({ labelled: false }), 8, /no runtime_version section/],
    ['has the label already', tinyRuntime({ specVersion: 8 }), 8, /is labelled 8 already/],
    ['is no runtime', Uint8Array.of(1, 2, 3), 8, /cannot be re-labelled/],
    ['has a label that ends early', cutLabel(), 8, /runtime_version section is truncated/],
    ['has a broken label', tinyRuntime({ specName: 'x' }).slice(0, -30), 8, /cannot be re-labelled/],
  ])('refuses code that %s', (_why, code, version, words) => {
    expect(() => relabel(code, version)).toThrow(words);
    expect(() => relabel(code, version)).toThrow(expect.objectContaining({ code: 'RESCUE_CODE_INVALID' }));
  });
});
