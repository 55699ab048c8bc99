import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { readArtifact } from '../../devnet/artifacts.ts';
import { concatBytes } from '../../src/bytes/bytes.ts';
import { MalformedBytes } from '../../src/bytes/reader.ts';
import { encodeCompact, encodeList, encodeString, encodeU32, encodeVec } from '../../src/bytes/scale.ts';
import { createCodeRunner } from '../../src/chain/code/code-runner.ts';
import { diffCode } from '../../src/code/diff.ts';
import { decodeMetadata } from '../../src/code/metadata/decode.ts';
import { diffMetadata } from '../../src/code/metadata/diff.ts';
import { HAS_SPECS, openSpec } from '../blocks/specs.ts';
import { tinyRuntime } from './tiny-runtime.ts';

const runner = createCodeRunner();

async function metadataOf(code: Uint8Array): Promise<Uint8Array> {
  const found = await runner.metadata(code);
  if ('trouble' in found) throw new Error(found.trouble);
  return found;
}

/** Metadata of version 14 with one pallet that has a call, a constant and an item of storage; written by hand. */
function handmade(options: {
  readonly palletName?: string;
  readonly index?: number;
  readonly argument?: 'u32' | 'u64';
  readonly call?: string;
  readonly period?: number;
  readonly extension?: string;
}): Uint8Array {
  const {
    palletName = 'Beat',
    index = 3,
    argument = 'u32',
    call = 'tick',
    period = 6,
    extension = 'CheckNonce',
  } = options;
  const noDocs = encodeList([]);
  const type = (id: number, path: readonly string[], shape: Uint8Array) =>
    concatBytes(encodeCompact(id), encodeList(path.map(encodeString)), encodeList([]), shape, noDocs);
  const field = (name: string, of: number) =>
    concatBytes(Uint8Array.of(1), encodeString(name), encodeCompact(of), Uint8Array.of(0), noDocs);
  const types = [
    type(0, [], Uint8Array.of(5, argument === 'u32' ? 5 : 6)),
    type(1, ['beat', 'Round'], concatBytes(Uint8Array.of(0), encodeList([field('at', 0), field('next', 1)]))),
    type(
      2,
      ['beat', 'Call'],
      concatBytes(
        Uint8Array.of(1),
        encodeList([
          concatBytes(encodeString(call), encodeList([field('round', 1)]), Uint8Array.of(0), noDocs),
        ]),
      ),
    ),
    type(3, [], Uint8Array.of(5, 5)),
    // Deeper than what one look at a type's parts tells, and made of itself.
    type(4, [], concatBytes(Uint8Array.of(4), encodeList([1, 5].map(encodeCompact)))),
    type(5, [], concatBytes(Uint8Array.of(2), encodeCompact(4))),
  ];
  const storage = concatBytes(
    ...[Uint8Array.of(1), encodeString(palletName)],
    encodeList([
      concatBytes(
        encodeString('Rounds'),
        Uint8Array.of(0, 1),
        encodeList([Uint8Array.of(5)]),
        encodeCompact(3),
        encodeCompact(5),
        encodeVec(new Uint8Array()),
        noDocs,
      ),
    ]),
  );
  const constant = concatBytes(
    encodeString('Period'),
    encodeCompact(3),
    encodeVec(encodeU32(period)),
    noDocs,
  );
  const pallet = concatBytes(
    encodeString(palletName),
    storage,
    concatBytes(Uint8Array.of(1), encodeCompact(2)),
    Uint8Array.of(0),
    encodeList([constant]),
    Uint8Array.of(0, index),
  );
  const extensions = encodeList([concatBytes(encodeString(extension), encodeCompact(3), encodeCompact(3))]);
  return concatBytes(
    ...[new TextEncoder().encode('meta'), Uint8Array.of(14), encodeList(types), encodeList([pallet])],
    ...[encodeCompact(0), Uint8Array.of(4), extensions, encodeCompact(0)],
  );
}

const changes = (before: Uint8Array, after: Uint8Array) =>
  diffMetadata(decodeMetadata(before), decodeMetadata(after));

describe('the difference of two runtimes', () => {
  it('is none between a runtime and itself, types that are made of themselves included', () => {
    expect(changes(handmade({}), handmade({}))).toEqual({
      pallets: { added: [], removed: [], changed: [] },
      apiFunctions: null,
      extensions: { added: [], removed: [], changed: [], order: null },
      extrinsic: null,
    });
  });

  it('names the pallet, its number, the constant with both values, and the type deep inside a call and an item', () => {
    const found = changes(handmade({}), handmade({ index: 4, period: 12, argument: 'u64' }));
    const [beat] = found.pallets.changed;
    expect(beat?.index).toEqual({ before: 3, after: 4 });
    expect(beat?.constants.changed).toEqual([{ name: 'Period', changes: ['6 → 12'] }]);
    expect(beat?.calls.changed).toEqual([
      { name: 'tick', changes: ['round: Round changed inside: at: u32 → u64'] },
    ]);
    expect(beat?.storage.changed).toEqual([
      {
        name: 'Rounds',
        changes: [expect.stringMatching(/^value: Vec<.*changed inside: \[\]\.0\.at: u32 → u64$/)],
      },
    ]);
  });

  it('names calls, pallets and extensions that came or went', () => {
    const found = changes(handmade({}), handmade({ call: 'tock', extension: 'CheckMetadataHash' }));
    expect(found.pallets.changed[0]?.calls).toEqual({
      added: ['tock(round: Round)'],
      removed: ['tick(round: Round)'],
      changed: [],
    });
    expect(found.extensions).toMatchObject({ added: ['CheckMetadataHash'], removed: ['CheckNonce'] });
    expect(found.extensions.order).toEqual({ before: ['CheckNonce'], after: ['CheckMetadataHash'] });
    const renamed = changes(handmade({}), handmade({ palletName: 'Other\u001b[2J\u202e' }));
    expect(renamed.pallets).toMatchObject({
      removed: [{ name: 'Beat', index: 3 }],
      added: [{ name: expect.stringMatching(/^Other[ -~]*$/) }],
    });
  });

  describe('of real ones', () => {
    let good: Uint8Array;
    let next: Uint8Array;
    beforeAll(async () => {
      good = await readArtifact('para-good');
      next = await readArtifact('para-next');
    });

    it('tells labels, and constants part by part', async () => {
      const [one, other] = [await metadataOf(good), await metadataOf(next)];
      const found = diffCode({ code: good, metadata: one }, { code: next, metadata: other });
      expect(found.unread).toEqual([]);
      expect(
        found.metadata?.pallets.changed.find(({ name }) => name === 'System')?.constants.changed,
      ).toEqual([{ name: 'Version', changes: [expect.stringMatching(/^spec_version: 1,000 → 1,0\d\d$/)] }]);
      expect([found.before.label?.specVersion, found.after.label?.specVersion]).toEqual([
        1000,
        expect.any(Number),
      ]);
      const contracts = await readArtifact('contracts');
      const far = diffCode(
        { code: good, metadata: one },
        { code: contracts, metadata: await metadataOf(contracts) },
      );
      expect(far.metadata?.pallets.added.map(({ name }) => name)).toContain('Revive');
      expect(far.apis.find(({ name }) => name === 'ReviveApi')?.sentence).toMatch(/is new, version \d/);
      expect(far.metadata?.apiFunctions?.added.join()).toContain('ReviveApi.call(');
    });

    it('reads damaged metadata as other metadata, or says in a sentence that it cannot', async () => {
      const bytes = await metadataOf(good);
      fc.assert(
        fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (at, bits) => {
          const damaged = bytes.slice();
          damaged[at % 20_000] = (damaged[at % 20_000] ?? 0) ^ bits;
          try {
            diffMetadata(decodeMetadata(bytes), decodeMetadata(damaged));
          } catch (error) {
            expect(error).toBeInstanceOf(MalformedBytes);
          }
        }),
        { numRuns: 25 },
      );
    });
  });

  it('takes no list that claims more than there may be, and no metadata of versions that nobody reads here', () => {
    const prefix = concatBytes(new TextEncoder().encode('meta'), Uint8Array.of(14));
    const many = concatBytes(prefix, encodeCompact(2_000_000), new Uint8Array(2_500_000));
    expect(() => decodeMetadata(many)).toThrow(MalformedBytes);
    expect(() => decodeMetadata(concatBytes(new TextEncoder().encode('meta'), Uint8Array.of(12)))).toThrow(
      'version 12',
    );
  });

  it('says why there is no metadata, and compares the rest all the same', async () => {
    const tiny = tinyRuntime();
    const found = diffCode(
      { code: tiny, metadata: await runner.metadata(tiny) },
      { code: tiny, metadata: handmade({}) },
    );
    expect(found.metadata).toBeNull();
    expect(found.unread).toEqual([expect.stringMatching(/^the first runtime gives no metadata/)]);
  });

  it.skipIf(!HAS_SPECS)('tells what happened to penpal in three years', async () => {
    const codeOf = (name: string) => openSpec(name).state.get('0x3a636f6465') ?? new Uint8Array();
    const [old, now] = [codeOf('penpal-westend'), codeOf('penpal-local')];
    const found = diffCode(
      { code: old, metadata: await metadataOf(old) },
      { code: now, metadata: await metadataOf(now) },
    );
    expect(found.metadata?.pallets).toMatchObject({
      added: expect.arrayContaining([{ name: 'Revive', index: 60 }]),
      removed: [{ name: 'ForeignAssets', index: 51 }],
    });
    const collect = found.apis.find(({ name }) => name === 'CollectCollationInfo');
    expect(collect).toMatchObject({
      before: 2,
      after: 3,
      sentence: expect.stringContaining('a release that knows version 3'),
    });
    const aura = found.metadata?.pallets.changed.find(({ name }) => name === 'Aura');
    expect(aura?.constants.changed).toEqual([{ name: 'SlotDuration', changes: ['12,000 → 24,000'] }]);
  });
});
