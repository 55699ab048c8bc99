import { beforeAll, describe, expect, it } from 'vitest';
import { readArtifact } from '../../devnet/artifacts.ts';
import { readChainSpec } from '../../src/blocks/spec/chain-spec.ts';
import { buildGenesis, genesisDefaults } from '../../src/blocks/spec/genesis.ts';
import { parseSpecJson, writeSpecJson } from '../../src/blocks/spec/spec-json.ts';
import { encodeText, equalBytes } from '../../src/bytes/bytes.ts';
import { type Hex, toHex } from '../../src/bytes/hex.ts';
import type { State } from '../../src/executor/storage/state.ts';
import { encodeHeader, headerHash } from '../../src/proof/index.ts';
import { HAS_SPECS, openSpec, specFile } from './specs.ts';

const CODE = toHex(encodeText(':code'));
/** An account of nobody, with more than a JavaScript number can hold. */
const RICH = ['5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM', 1_152_921_504_606_846_977n] as const;

function fileOf(genesis: unknown, more: Readonly<Record<string, unknown>> = {}): Uint8Array {
  return encodeText(writeSpecJson({ name: 'Test', id: 'test', ...more, genesis }));
}

function refused(file: Uint8Array): unknown {
  try {
    return readChainSpec(file);
  } catch (error) {
    return error;
  }
}

const refusal = (message: string) =>
  expect.objectContaining({ code: 'RESCUE_SPEC_INVALID', message: expect.stringContaining(message) });

describe('reading a chain spec', () => {
  let code: Uint8Array;
  let hexCode: Hex;
  let state: State;
  beforeAll(async () => {
    code = await readArtifact('para-good');
    hexCode = toHex(code);
    state = buildGenesis(code, genesisDefaults(code));
  });

  const rawTop = () =>
    Object.fromEntries([...state.main.entries()].map(([key, value]) => [toHex(key), toHex(value)]));

  it('takes the state of a raw one as it stands', () => {
    const spec = readChainSpec(
      fileOf(
        { raw: { top: rawTop(), childrenDefault: {} } },
        { para_id: 2000, relay_chain: 'test-relay', properties: null, codeSubstitutes: { '12': hexCode } },
      ),
    );
    expect(toHex(spec.state.root)).toBe(toHex(state.root));
    expect(toHex(spec.header.stateRoot)).toBe(toHex(state.root));
    expect(spec).toMatchObject({
      name: 'Test',
      id: 'test',
      properties: {},
      relayChain: 'test-relay',
      paraId: 2000,
      lightSyncState: null,
    });
    const [substitute] = spec.codeSubstitutes;
    expect(substitute?.fromBlock).toBe(12);
    expect(equalBytes(substitute?.code ?? new Uint8Array(), code)).toBe(true);
  });

  it('puts the roots of child storages into the state', () => {
    const child = { '0x01': '0xaa', '0x02': '0xbb' };
    const spec = readChainSpec(fileOf({ raw: { top: rawTop(), childrenDefault: { '0x1234': child } } }));
    const expected = state.with(
      new Map([
        [
          '1234',
          new Map<Hex, Uint8Array>([
            ['0x01', Uint8Array.of(0xaa)],
            ['0x02', Uint8Array.of(0xbb)],
          ]),
        ],
      ]),
    );
    expect(toHex(spec.state.root)).toBe(toHex(expected.root));
    expect(toHex(spec.state.root)).not.toBe(toHex(state.root));
  });

  it('has the runtime build the state of a plain one, with a patch, a configuration or nothing but defaults', () => {
    const build = (source: unknown) =>
      toHex(readChainSpec(fileOf({ runtimeGenesis: { code: hexCode, ...(source as object) } })).state.root);
    expect(build({ patch: {} })).toBe(toHex(state.root));
    expect(build({ config: genesisDefaults(code) })).toBe(toHex(state.root));
    const patched = build({ patch: { balances: { balances: [RICH] } } });
    expect(patched).not.toBe(toHex(state.root));
    const { balances } = genesisDefaults(code) as { balances: object };
    expect(build({ config: { ...genesisDefaults(code), balances: { ...balances, balances: [RICH] } } })).toBe(
      patched,
    );
  });

  it('keeps integers of any size, and texts that hold digits', () => {
    const value = { a: [RICH[1], -9_007_199_254_740_993n, 7, 1.5], 'k"\\': 'x "12345678901234567890\\' };
    expect(parseSpecJson(writeSpecJson(value))).toEqual(value);
  });

  it('says what is wrong', () => {
    const top = rawTop();
    const whole = fileOf({ raw: { top, childrenDefault: {} } });
    expect(refused(whole.subarray(0, whole.length - 40))).toEqual(refusal('no JSON, or the file is cut off'));
    expect(refused(encodeText('['.repeat(1_000)))).toEqual(refusal('nested too deeply'));
    expect(refused(encodeText('{"name":"x","id":"y"}'))).toEqual(refusal('genesis'));
    expect(refused(encodeText('{"id":"y","genesis":{}}'))).toEqual(refusal('name'));
    expect(refused(fileOf({ stateRootHash: '0x00' }))).toEqual(refusal('stateRootHash'));
    expect(refused(fileOf({ runtimeAndCode: {} }))).toEqual(refusal('build-spec --raw'));
    expect(refused(fileOf({ raw: { top: { ...top, '0x0': '0x' } } }))).toEqual(
      refusal('is not 0x-prefixed hex'),
    );
    expect(refused(fileOf({ raw: { top: { ...top, '0x00': 'zz' } } }))).toEqual(
      refusal('genesis.raw.top.0x00 is not 0x-prefixed hex'),
    );
    expect(refused(fileOf({ raw: { top: { '0x00': '0x' } } }))).toEqual(refusal('no :code'));
    expect(refused(fileOf({ raw: { top: { [CODE]: '0x00' } } }))).toEqual(refusal(':code does not compile'));
    expect(
      refused(fileOf({ raw: { top: { ...top, [toHex(encodeText(':child_storage:default:a'))]: '0x' } } })),
    ).toEqual(refusal('belong into childrenDefault'));
    expect(refused(fileOf({ runtimeGenesis: { code: hexCode } }))).toEqual(refusal('one of patch, config'));
    expect(refused(fileOf({ runtimeGenesis: { code: hexCode, preset: 'nowhere' } }))).toEqual(
      refusal('no genesis preset "nowhere"'),
    );
    expect(refused(fileOf({ runtimeGenesis: { code: hexCode, patch: { balances: 1 } } }))).toEqual(
      refusal('its runtime makes no state of it'),
    );
    expect(refused(fileOf({ raw: { top } }, { codeSubstitutes: { 'first block': '0x' } }))).toEqual(
      refusal('which is no number'),
    );
    expect(refused(fileOf({ raw: { top } }, { para_id: -1 }))).toEqual(refusal('para_id'));
  });
});

describe.skipIf(!HAS_SPECS)('reading specs that others wrote', () => {
  const genesisHash = (name: string) => toHex(headerHash(encodeHeader(openSpec(name).header)));

  it('comes to the hashes that the world knows', () => {
    // Paseo's genesis, as every wallet has it; and the state root in the light client's spec of Passet Hub.
    expect(genesisHash('paseo')).toBe('0x77afd6190f1554ad45fd0d31aee62aacc33c6db0ea801129acb813f913e0764f');
    expect(toHex(openSpec('passet-hub.plain').header.stateRoot)).toBe(
      '0x0d37827d2df6e21265f2ec0ee4595f7d0a115bbbb891c1f13575368fc998f9d7',
    );
  });

  it.each([
    ['kusama-local', null, null],
    ['westend-local', null, null],
    ['penpal-westend', 'westend', 2042],
    ['penpal-local', 'westend-local', 2000],
    ['asset-hub-kusama-local', 'kusama-local', 1000],
    ['asset-hub-westend-local', 'westend-local', 1000],
    ['coretime-westend-local', 'westend-local', 1005],
    ['passet-hub.plain', 'paseo', 1111],
  ])('opens %s', (name, relayChain, paraId) => {
    const spec = openSpec(name);
    expect(spec).toMatchObject({ relayChain, paraId });
    expect(spec.state.get(CODE)?.length).toBeGreaterThan(100_000);
  });

  it('builds the genesis of a preset as the one who exported the raw spec did', () => {
    const raw = openSpec('coretime-westend-local');
    const code = raw.state.get(CODE) ?? new Uint8Array();
    const plain = fileOf({ runtimeGenesis: { code: toHex(code), preset: 'local_testnet' } });
    expect(toHex(readChainSpec(plain).state.root)).toBe(toHex(raw.state.root));
  });

  it('refuses one that is cut off', () => {
    const file = specFile('penpal-local');
    expect(refused(file.subarray(0, file.length >> 1))).toEqual(refusal('cut off'));
  });
});
