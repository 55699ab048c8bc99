import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, encodeText } from '../../src/bytes/bytes.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { readSpecText } from '../../src/code/spec-file.ts';
import { replacedBy } from '../../src/code/spec-lint.ts';
import { patchSpec } from '../../src/code/spec-patch.ts';
import { RescueError } from '../../src/domain/errors.ts';
import { HAS_SPECS, specFile } from '../blocks/specs.ts';
import { tinyRuntime } from './tiny-runtime.ts';

const CODE = tinyRuntime({ specVersion: 5 });
const text = (value: unknown, indent?: number) => encodeText(JSON.stringify(value, null, indent));
const base = { name: 'A', id: 'a', relay_chain: 'r', para_id: 7 };
const raw = { raw: { top: { '0x3a636f6465': toHex(CODE), '0x00': '0x01' }, childrenDefault: {} } };

function patched(file: Uint8Array, block: number, code: Uint8Array): Uint8Array {
  const spec = readSpecText(file);
  return concatBytes(...patchSpec(spec, block, code, replacedBy(spec, code)));
}
const parsed = (file: Uint8Array) => JSON.parse(new TextDecoder().decode(file));

describe('a chain spec as text', () => {
  it('is read without being parsed: names, kind, the code of its genesis, its substitutes', () => {
    const spec = readSpecText(text({ ...base, codeSubstitutes: { 9: toHex(CODE) }, genesis: raw }, 2));
    expect(spec).toMatchObject({ id: 'a', paraId: 7, relayChain: 'r', kind: 'raw' });
    expect(spec.genesisCode).toEqual(CODE);
    expect(spec.substitutes.map(({ block, code }) => [block, code])).toEqual([[9, CODE]]);
    const plain = readSpecText(
      text({ ...base, genesis: { runtimeGenesis: { code: toHex(CODE), patch: {} } } }),
    );
    expect(plain).toMatchObject({ kind: 'plain', genesisCode: CODE, member: null });
  });

  const OTHER = toHex(tinyRuntime({ specVersion: 4 }));
  const SAME = toHex(tinyRuntime({ specVersion: 6 }));
  it.each([
    ['an empty object', { codeSubstitutes: {} }, {}],
    ['none', {}, {}],
    ['null', { codeSubstitutes: null }, {}],
    ['one of another label', { codeSubstitutes: { 3: OTHER } }, { 3: OTHER }],
    ['one of the same label and another', { codeSubstitutes: { 2: OTHER, 3: SAME } }, { 2: OTHER }],
  ])('gets a substitute and keeps everything else, with %s before', (_name, before, kept) => {
    const code = tinyRuntime({ specVersion: 6 });
    for (const indent of [undefined, 2, 4]) {
      const value = { ...base, ...before, genesis: raw };
      const after = patched(text(value, indent), 12, code);
      expect(parsed(after)).toEqual({ ...value, codeSubstitutes: { ...kept, 12: toHex(code) } });
      expect(patched(after, 12, code)).toEqual(after);
    }
  });

  it('is the file of JSON.stringify again when it was one', () => {
    const value = { ...base, codeSubstitutes: { 3: toHex(tinyRuntime({ specVersion: 4 })) }, genesis: raw };
    const code = tinyRuntime({ specVersion: 6 });
    for (const indent of [2, 4]) {
      const expected = { ...value, codeSubstitutes: { ...value.codeSubstitutes, 12: toHex(code) } };
      expect(patched(text(value, indent), 12, code)).toEqual(text(expected, indent));
    }
  });

  it.each([
    ['no JSON', '{"genesis": nope}', /no JSON/],
    ['cut off', '{"genesis": {"raw"', /cut off/],
    ['followed by more', '{"genesis":{"raw":{"top":{}}}} {}', /goes on after its end/],
    ['without genesis', '{"name":"a"}', /no genesis/],
    ['with a member twice', '{"genesis":{"raw":{}},"id":"a","id":"b"}', /twice/],
    ['with substitutes that are a list', '{"genesis":{"raw":{}},"codeSubstitutes":[]}', /no object/],
    [
      'nested too deeply',
      `{"genesis":{"raw":{}},"x":${'['.repeat(400)}${']'.repeat(400)}}`,
      /nested too deeply/,
    ],
  ])('is refused with a sentence when it is %s', (_name, file, words) => {
    expect(() => readSpecText(encodeText(file))).toThrow(words);
    expect(() => readSpecText(encodeText(file))).toThrow(
      expect.objectContaining({ code: 'RESCUE_SPEC_INVALID' }),
    );
  });

  it('agrees with JSON.parse on what is JSON, and never fails otherwise than with a coded error', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 4 }),
        fc.nat(),
        fc.nat({ max: 255 }),
        fc.boolean(),
        (value, at, byte, isDamaged) => {
          const file = text({ ...base, extra: value, genesis: raw }, at % 3);
          if (isDamaged) file[at % file.length] = byte;
          let isRead = true;
          try {
            readSpecText(file);
          } catch (error) {
            expect(error).toBeInstanceOf(RescueError);
            isRead = false;
          }
          const isJson = (() => {
            try {
              JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file));
              return true;
            } catch {
              return false;
            }
          })();
          if (!isDamaged) expect(isRead).toBe(true);
          else if (isRead && byte < 0x80) expect(isJson).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('of a hundred megabytes is patched in seconds, in memory that hardly grows', () => {
    const entry = encodeText(`,"0x${'ab'.repeat(32)}":"0x${'00'.repeat(32)}"`);
    const count = Math.ceil(100_000_000 / entry.length);
    const start = encodeText('{"id":"a","codeSubstitutes":{},"genesis":{"raw":{"top":{"0x3a636f6465":"0x00"');
    const end = encodeText('}}}}');
    const file = new Uint8Array(start.length + count * entry.length + end.length);
    file.set(start);
    for (let at = 0; at < count; at++) file.set(entry, start.length + at * entry.length);
    file.set(end, start.length + count * entry.length);
    const before = process.memoryUsage().heapUsed;
    const pieces = patchSpec(readSpecText(file), 1, CODE, []);
    expect(pieces.reduce((sum, { length }) => sum + length, 0)).toBeGreaterThan(file.length);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(300_000_000);
  });

  it.skipIf(!HAS_SPECS)('of real chains keeps its genesis, plain and raw', () => {
    for (const name of ['penpal-westend', 'passet-hub.plain']) {
      const file = specFile(name);
      const after = parsed(patched(file, 77, CODE));
      expect(after).toEqual({ ...parsed(file), codeSubstitutes: { 77: toHex(CODE) } });
    }
  });
});
