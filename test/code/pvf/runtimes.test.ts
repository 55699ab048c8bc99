import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ArtifactName, readArtifact } from '../../../devnet/artifacts.ts';
import { fromHex, type Hex } from '../../../src/bytes/hex.ts';
import { inspectCode } from '../../../src/code/inspect.ts';
import { HOST_FUNCTIONS } from '../../../src/code/pvf/host-functions.ts';
import { pvfObstacles } from '../../../src/code/pvf/obstacles.ts';
import { outlineWasm } from '../../../src/code/sections.ts';
import { unpackCode } from '../../../src/code/zstd.ts';

const NO_ENTRY = [{ kind: 'entry', details: { export: 'validate_block' } }];

describe('runtimes as validators see them', () => {
  it.each<ArtifactName>(['para-good', 'para-broken', 'para-fixed', 'para-next', 'contracts'])(
    'has nothing against %s of the embedded network',
    async (name) => {
      expect(pvfObstacles(unpackCode(await readArtifact(name)))).toEqual([]);
    },
  );

  it('misses in a relay chain’s nothing but validate_block', async () => {
    expect(pvfObstacles(unpackCode(await readArtifact('relay')))).toMatchObject(NO_ENTRY);
  });

  it('imports functions of storage that validators do not offer, which is no obstacle', async () => {
    const { imports } = outlineWasm(unpackCode(await readArtifact('para-good'))).declarations;
    const trapping = imports.filter(({ name }) => HOST_FUNCTIONS.get(name)?.byValidators === false);
    expect(trapping.map(({ name }) => name)).toContain('ext_storage_get_version_1');
  });
});

/** Public chain specs, where a developer has them: never needed for the suite to pass. */
const SPECS = new URL('../../../../shared/chain-specs/', import.meta.url);
const PARAS = [
  'penpal-westend',
  'penpal-local',
  'asset-hub-kusama-local',
  'asset-hub-westend-local',
  'coretime-westend-local',
  'passet-hub.plain',
];
const RELAYS = ['kusama-local', 'westend-local', 'paseo'];

function specCode(name: string): Uint8Array {
  const { genesis } = JSON.parse(readFileSync(new URL(`${name}.json`, SPECS), 'utf8')) as {
    genesis: { raw?: { top: Record<Hex, Hex> }; runtimeGenesis?: { code: Hex } };
  };
  return unpackCode(fromHex(genesis.raw?.top['0x3a636f6465'] ?? genesis.runtimeGenesis?.code ?? '0x'));
}

describe.skipIf(!existsSync(SPECS))('runtimes that others wrote, as validators see them', () => {
  it.each(PARAS)('has nothing against %s', (name) => {
    expect(pvfObstacles(specCode(name))).toEqual([]);
  });

  it.each(RELAYS)('misses in %s nothing but validate_block', (name) => {
    expect(pvfObstacles(specCode(name))).toMatchObject(NO_ENTRY);
  });
});

const BLOBS = new URL('../../../../shared/cases/blobs/', import.meta.url);
describe.skipIf(!existsSync(BLOBS))('blobs that were once admitted to a vote', () => {
  it.each([
    ['simd', /function 0 has the instruction v128\.const \(0xfd 12\) at byte 63/],
    ['benchmark-import', /imports env\.ext_benchmarking_current_time_version_1/],
  ])('refuses %s, and says what stands against it', (name, sentence) => {
    const blob = new Uint8Array(readFileSync(new URL(`${name}.wasm`, BLOBS)));
    expect(() => inspectCode(blob, { maxCodeSize: 3_000_000 })).toThrow(
      expect.objectContaining({ code: 'RESCUE_CODE_INVALID', message: expect.stringMatching(sentence) }),
    );
  });
});
