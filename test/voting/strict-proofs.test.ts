import { beforeAll, describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { type Policy, policySchema } from '../../src/domain/policy/policy.ts';
import { buildTrie } from '../../src/proof/trie.ts';
import { electorateKeys } from '../../src/voting/power/account-power.ts';
import { collectElectorate } from '../../src/voting/power/proven-power.ts';
import { collectProxies, proxiesKey } from '../../src/voting/proxies/proven-proxies.ts';

const FIXTURE = new URL('../fixtures/policy.json', import.meta.url);

describe('a policy with strict proofs', () => {
  let policy: Policy;
  beforeAll(async () => {
    const { readFile } = await import('node:fs/promises');
    const parsed = policySchema.parse(JSON.parse(await readFile(FIXTURE, 'utf8')));
    policy = { ...parsed, excluded: [], power: [{ adapter: 'system-account', weight: 1, count: ['free'] }] };
  });

  const [issuance = new Uint8Array()] = electorateKeys({
    power: [{ adapter: 'system-account', weight: 1, count: ['free'] }],
    excluded: [],
  });
  const other = Uint8Array.of(1, 2, 3);
  const value = new Uint8Array(16).fill(1);
  const trie = buildTrie(
    [
      [issuance, value],
      [other, new Uint8Array(100)],
    ],
    1,
  );
  const collect = (rules: Policy, keys: readonly Uint8Array[]) =>
    collectElectorate(rules, toHex(trie.root), async () => trie.prove(keys));

  it('takes a proof that holds just what it needs', async () => {
    const { electorate } = await collect({ ...policy, strictProofs: true }, [issuance]);
    expect(electorate).toBeGreaterThan(0n);
  });

  it('refuses surplus nodes, which other policies ignore', async () => {
    const surplus = [issuance, other];
    await expect(collect({ ...policy, strictProofs: true }, surplus)).rejects.toMatchObject({
      code: 'RESCUE_PROOF_INVALID',
      details: { proof: 'PROOF_UNUSED_NODE' },
    });
    expect((await collect(policy, surplus)).electorate).toBeGreaterThan(0n);
  });

  it('refuses surplus nodes beside the proxies of an account too', async () => {
    const real = toHex(new Uint8Array(32).fill(7));
    const key = proxiesKey(real);
    const entries: [Uint8Array, Uint8Array][] = [
      [key, new Uint8Array(17)],
      [other, new Uint8Array(100)],
    ];
    const state = buildTrie(entries, 1);
    const proxiesBy = (strict: boolean, keys: readonly Uint8Array[]) =>
      collectProxies(real, toHex(state.root), async () => state.prove(keys), [], strict);
    expect((await proxiesBy(true, [key])).proxies).toEqual([]);
    await expect(proxiesBy(true, [key, other])).rejects.toMatchObject({
      details: { proof: 'PROOF_UNUSED_NODE' },
    });
    expect((await proxiesBy(false, [key, other])).proxies).toEqual([]);
  });
});
