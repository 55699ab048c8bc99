import { beforeAll, describe, expect, it } from 'vitest';
import { readArtifact } from '../../devnet/artifacts.ts';
import { concatBytes } from '../../src/bytes/bytes.ts';
import { type Hex, toHex } from '../../src/bytes/hex.ts';
import { type ChainRuntime, chainRuntimeOf } from '../../src/chain/nodes/chain-runtime.ts';
import { Runtime } from '../../src/executor/runtime.ts';
import { storageKey, storagePrefix } from '../../src/proof/index.ts';
import { type ChangedKey, stateDifference } from '../../src/trial/state-difference.ts';

let code: Uint8Array;
let honest: ChainRuntime;
beforeAll(async () => {
  code = await readArtifact('para-fixed');
  honest = chainRuntimeOf(Runtime.of(code));
});

const added = (key: Uint8Array, after = Uint8Array.of(1)): ChangedKey => ({
  key: toHex(key),
  before: null,
  after,
});
const accountKey = (index: number) => {
  const id = new Uint8Array(4);
  new DataView(id.buffer).setUint32(0, index);
  return concatBytes(storagePrefix('System', 'Account'), new Uint8Array(16), id, new Uint8Array(28));
};

/** A runtime whose metadata has these pallets besides, each with an item `Account`: code of strangers says what it likes. */
function withPallets(names: readonly string[]): ChainRuntime {
  const runtime = chainRuntimeOf(Runtime.of(code));
  const { registry, version, meta } = runtime;
  const account = meta.query.system?.account;
  if (!account) throw new Error('every runtime has accounts');
  const pallets = names.map((name) => [
    name,
    {
      account: Object.assign(Object.create(account), {
        prefix: name,
        keyPrefix: () => storagePrefix(name, 'Account'),
      }),
    },
  ]);
  const query = { ...meta.query, ...Object.fromEntries(pallets) };
  return Object.assign(Object.create(runtime), { registry, version, meta: { ...meta, query } });
}

describe('a state difference', () => {
  it('lists what rules the chain before pallets of assets, of which code may have any number', () => {
    const names = [...Array(400).keys()].map((index) => {
      const letters = [...String(index)].map((digit) => String.fromCharCode(65 + Number(digit)));
      return `A${letters.join('')}Assets`;
    });
    const after = withPallets(names);
    const changes = [
      ...names.map((name) => added(storagePrefix(name, 'Account'))),
      added(storageKey('Balances', 'TotalIssuance'), new Uint8Array(16)),
    ];
    const { first, hidden } = stateDifference(changes, { before: honest, after });
    expect(first[0]?.name).toBe('Balances.TotalIssuance');
    expect([first.length, hidden]).toEqual([300, 101]);
  });

  it('shows the watched entries of an item first', () => {
    const changes = [...Array(50).keys()].map((index) => added(accountKey(index), new Uint8Array(80)));
    const watched = new Set<Hex>([toHex(accountKey(49))]);
    const { first } = stateDifference(changes, { before: honest, after: honest, watched });
    const [accounts] = first;
    expect(accounts).toMatchObject({ name: 'System.Account', added: 50 });
    expect(accounts?.entries.map(({ key }) => key).slice(0, 2)).toEqual(
      [49, 0].map((index) => toHex(accountKey(index))),
    );
  });

  it('stays small enough for a line of evidence, whatever keys are written', () => {
    const changes = [...Array(300).keys()].flatMap((index) => {
      const long = new Uint8Array(100_000).fill(index & 0x7f, 1);
      long[1] = index >> 8;
      long[2] = index & 0xff;
      return [added(long, new Uint8Array(8_000))];
    });
    const below = [...Array(20).keys()].map((index) =>
      added(concatBytes(storagePrefix('System', 'Account'), new Uint8Array(200_000).fill(index))),
    );
    const difference = stateDifference([...changes, ...below], { before: honest, after: honest });
    expect(JSON.stringify(difference).length).toBeLessThan(4 * 1024 * 1024);
    expect(difference.first[0]).toMatchObject({ name: 'System.Account', added: 20 });
  });
});
