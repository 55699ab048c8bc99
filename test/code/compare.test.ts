import { readFileSync } from 'node:fs';
import { blake2AsHex } from '@polkadot/util-crypto';
import { describe, expect, it } from 'vitest';
import { type ArtifactName, readArtifact } from '../../devnet/artifacts.ts';
import { collatorsObstacle, compareCode, comparisonSentences, partsOf } from '../../src/code/compare.ts';
import { inspectCode } from '../../src/code/inspect.ts';
import { unpackCode } from '../../src/code/zstd.ts';
import { tinyRuntime } from './tiny-runtime.ts';

const CORE = ['Core_version', 'Core_initialize_block', 'Core_execute_block'];
const EXPORTS = ['validate_block', ...CORE, 'AuraApi_slot_duration', 'OwnApi_ask'];
const before = partsOf(tinyRuntime({ exports: EXPORTS }));
const real = async (name: ArtifactName) => partsOf(unpackCode(await readArtifact(name)));
const SIZE = { maxCodeSize: 3_000_000 };

describe('comparing code with the code that it replaces', () => {
  it('finds no difference between a runtime and itself, relabelled or fixed', async () => {
    const none = { specName: null, apis: [], missing: [], trapping: [] };
    expect(compareCode(before, before)).toEqual(none);
    expect(compareCode(await real('para-broken'), await real('para-fixed'))).toEqual(none);
    expect(comparisonSentences(none)).toEqual([]);
    expect(collatorsObstacle(none)).toBeNull();
  });

  it('names the APIs by the functions that are exported for them', async () => {
    const relay = await real('relay');
    const comparison = compareCode(await real('para-good'), relay);
    expect(comparison.specName).toMatchObject({ before: (await real('para-good')).specName });
    const collect = comparison.apis.find(({ name }) => name === 'CollectCollationInfo');
    expect(collect).toEqual({
      id: blake2AsHex('CollectCollationInfo', 64),
      name: 'CollectCollationInfo',
      before: expect.any(Number),
      after: null,
    });
    expect(comparison.missing).toContain('validate_block');
    expect(collatorsObstacle(comparison)).toContain('CollectCollationInfo_collect_collation_info');
  });

  it('says which API has another version, was added or is gone', () => {
    const after = partsOf(tinyRuntime({ exports: EXPORTS, coreApi: 4 }));
    const comparison = compareCode(before, after);
    expect(comparison.apis).toEqual([{ id: '0xdf6acb689907609b', name: 'Core', before: 5, after: 4 }]);
    expect(comparisonSentences(comparison)).toEqual([
      'the runtime API Core has version 4, 5 before: collators and nodes need a release that knows version 4, which newer ones may have dropped (every node calls it to execute blocks)',
    ]);
    const gone = compareCode(
      { ...before, apis: new Map([['0x01', 2]]) },
      { ...after, apis: new Map([['0x02', 1]]) },
    );
    expect(comparisonSentences(gone)).toEqual([
      'the runtime API 0x01 is gone, version 2 before: nodes that call it fail',
      'the runtime API 0x02 is new, version 1: a release that does not know it goes on without it',
    ]);
  });

  it('tells what is not exported any more, and refuses only what collators call', () => {
    const own = compareCode(before, partsOf(tinyRuntime({ exports: EXPORTS.slice(0, -1) })));
    expect(own.missing).toEqual(['OwnApi_ask']);
    expect(collatorsObstacle(own)).toBeNull();
    expect(comparisonSentences(own)).toEqual(['it lacks OwnApi_ask, which the code that it replaces has']);
    const core = compareCode(before, partsOf(tinyRuntime({ exports: ['validate_block'] })));
    expect(collatorsObstacle(core)).toContain(
      'does not export AuraApi_slot_duration, Core_execute_block, Core_initialize_block, Core_version, which',
    );
  });

  it('tells of functions that are imported anew and that validators do not offer', () => {
    const imports = new Set(['ext_offchain_timestamp_version_1', 'ext_hashing_keccak_512_version_1']);
    const comparison = compareCode(before, { ...before, imports });
    expect(comparison.trapping).toEqual(['ext_offchain_timestamp_version_1']);
    expect(comparisonSentences(comparison)[0]).toContain('imports ext_offchain_timestamp_version_1 anew');
    expect(compareCode({ ...before, imports }, { ...before, imports }).trapping).toEqual([]);
  });

  it('shows no control characters of hostile names, and no thousands of them', () => {
    const exports = new Set(Array.from({ length: 3000 }, (_, index) => `a\u001b_${index}`));
    const [sentence] = comparisonSentences(compareCode({ ...before, exports }, before));
    expect(sentence).toMatch(/^[ -~]+ and 2995 more functions, which the code that it replaces has$/);
  });
});

describe('inspecting code beside the code that it replaces', () => {
  const replacedCode = tinyRuntime({ exports: EXPORTS });
  const refusal = (words: string) =>
    expect.objectContaining({ code: 'RESCUE_CODE_INVALID', message: expect.stringContaining(words) });

  it('gives the differences', () => {
    const facts = inspectCode(tinyRuntime({ exports: EXPORTS, coreApi: 4 }), { ...SIZE, replacedCode });
    expect(facts.comparison?.apis).toHaveLength(1);
    expect(inspectCode(replacedCode, SIZE).comparison).toBeNull();
  });

  it('refuses a runtime of another chain, unless that is the chain’s own', () => {
    const foreign = tinyRuntime({ exports: EXPORTS, specName: 'other' });
    expect(() => inspectCode(foreign, { ...SIZE, replacedCode })).toThrow(
      refusal('it is a runtime of "other", but the code that the relay chain stores is of "tiny"'),
    );
    const expectSpec = { specName: 'other' };
    expect(inspectCode(foreign, { ...SIZE, replacedCode, expectSpec }).comparison?.specName).toEqual({
      before: 'tiny',
      after: 'other',
    });
    expect(() => inspectCode(replacedCode, { ...SIZE, replacedCode: foreign, expectSpec })).toThrow(
      refusal('the stalled chain runs "other"'),
    );
  });

  it('refuses what collators cannot build blocks with, by code of the same chain', () => {
    const lacking = tinyRuntime({ exports: ['validate_block'] });
    expect(() => inspectCode(lacking, { ...SIZE, replacedCode })).toThrow(refusal('could not build a block'));
    const expectSpec = { specName: 'tiny' };
    const other = tinyRuntime({ exports: EXPORTS, specName: 'other' });
    expect(inspectCode(lacking, { ...SIZE, replacedCode: other, expectSpec }).runtime.specName).toBe('tiny');
  });

  it('compares with nothing where the stored code cannot be read', () => {
    const facts = inspectCode(tinyRuntime(), { ...SIZE, replacedCode: Uint8Array.of(1, 2, 3) });
    expect(facts.comparison).toBeNull();
  });

  it('refuses what unpacks to more than validators unpack', () => {
    const squeezed = new Uint8Array(
      readFileSync(new URL('../fixtures/tiny-runtime.compact.compressed.wasm', import.meta.url)),
    );
    expect(() => inspectCode(squeezed, { maxCodeSize: 3000 })).toThrow(
      refusal('validators unpack at most 30000'),
    );
  });
});
