import { beforeAll, describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/bytes/bytes.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { encodeCompact, encodeLittle } from '../../src/bytes/scale.ts';
import { type Policy, policySchema } from '../../src/domain/policy/policy.ts';
import type { Hex } from '../../src/domain/units.ts';
import { storagePrefix } from '../../src/proof/storage-key.ts';
import { buildTrie } from '../../src/proof/trie.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { verifyEvidence } from '../../src/voting/evidence/verifier.ts';
import { writeEvidence } from '../../src/voting/evidence/writer.ts';
import { readPowerLayout } from '../../src/voting/power/layout/metadata-layout.ts';
import type { PowerLayout } from '../../src/voting/power/layout/power-layout.ts';
import { collectElectorate, hasElectors, proveElectors } from '../../src/voting/power/proven-power.ts';
import { sampleEvidence, samplePolicy, sampleSigner } from './evidence-sample.ts';
import { embeddedMetadata, hasSpec, specMetadata, specValue } from './runtime-metadata.ts';

const id = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const list = (...entries: readonly Uint8Array[]) => concatBytes(encodeCompact(entries.length), ...entries);

function rules(collators: object, excluded: Policy['excluded'] = []): Policy {
  return policySchema.parse({ ...samplePolicy, excluded, collators: { decide: 'alone', ...collators } });
}

/** The collators in a state of these lists, proven under its root. */
async function proven(
  policy: Policy,
  layout: PowerLayout,
  state: Readonly<Record<string, Uint8Array>>,
): Promise<readonly string[]> {
  const entries = Object.entries(state).map(([name, value]) => {
    const [pallet = '', item = ''] = name.split('.');
    return [storagePrefix(pallet, item), value] as const;
  });
  const trie = buildTrie([[id(0xfe), id(1)], ...entries], 1);
  const fetch = async (keys: readonly Uint8Array[]) => trie.prove(keys);
  const found = await collectElectorate(policy, toHex(trie.root), fetch, layout);
  expect(found.electorate).toBe(0n);
  return [...(found.collators?.members ?? [])];
}

describe('the keys of Aura on the embedded para', () => {
  const keys = { sets: ['Aura.Authorities'] };
  let layout: PowerLayout;
  beforeAll(async () => {
    layout = await readPowerLayout(await embeddedMetadata('para-good'), rules(keys));
  });

  it('are collators, each once', async () => {
    const state = { 'Aura.Authorities': list(id(1), id(2), id(1), id(3), id(2)) };
    expect(await proven(rules(keys), layout, state)).toEqual([1, 2, 3].map((byte) => toHex(id(byte))));
  });

  it('have no voice when the policy excludes them, and the body is smaller without them', async () => {
    const excluded = [{ account: toHex(id(2)), reason: 'the seat of an exchange' }];
    const state = { 'Aura.Authorities': list(id(1), id(2)) };
    expect(await proven(rules(keys, excluded), layout, state)).toEqual([toHex(id(1))]);
  });

  it('are nobody when the list is empty, missing, or all are excluded: nothing can be decided', async () => {
    const excluded = [{ account: toHex(id(1)), reason: 'left' }];
    for (const [policy, state] of [
      [rules(keys), { 'Aura.Authorities': list() }],
      [rules(keys), {}],
      [rules(keys, excluded), { 'Aura.Authorities': list(id(1)) }],
    ] as const) {
      expect(await proven(policy, layout, state)).toEqual([]);
      const collators = { members: new Set<Hex>(), rule: rules(keys).collators ?? expect.fail() };
      expect(hasElectors(policy, { electorate: 10n, collators })).toBe(false);
    }
  });

  it('are proven under the root of the head and no other', () => {
    const key = storagePrefix('Aura', 'Authorities');
    const [here, there] = [list(id(1), id(2)), list(id(9), id(8))].map((value) =>
      buildTrie(
        [
          [key, value],
          [id(0xfe), new Uint8Array(50)],
        ],
        1,
      ),
    );
    if (!here || !there) expect.fail();
    const collators = (root: Uint8Array, nodes: readonly Uint8Array[]) =>
      proveElectors(rules(keys), toHex(root), nodes, layout).collators?.members;
    expect(collators(here.root, here.prove([key]))).toEqual(new Set([1, 2].map((byte) => toHex(id(byte)))));
    expect(() => collators(here.root, there.prove([key]))).toThrow(
      expect.objectContaining({ code: 'RESCUE_PROOF_INVALID' }),
    );
    expect(() => collators(here.root, [])).toThrow(expect.objectContaining({ code: 'RESCUE_PROOF_INVALID' }));
  });

  it.each([
    ['a count above the entries', concatBytes(encodeCompact(3), id(1), id(2))],
    ['a byte too many', concatBytes(list(id(1)), Uint8Array.of(0))],
    ['half a key', concatBytes(encodeCompact(1), id(1).subarray(16))],
  ])('are refused with %s', async (_what, value) => {
    await expect(proven(rules(keys), layout, { 'Aura.Authorities': value })).rejects.toMatchObject({
      code: 'RESCUE_PROOF_INVALID',
    });
  });

  it('are refused, each with what is wrong, where the policy names what is no list of accounts', async () => {
    const sets = [
      'Session.Validators',
      'Aura.Validators',
      'System.Account',
      'System.Number',
      'System.Events',
    ];
    const error = await readPowerLayout(await embeddedMetadata('para-good'), rules({ sets })).catch(String);
    for (const words of [
      /no pallet Session/,
      /pallet Aura of the para has no storage item Validators/,
      /System\.Account is a map/,
      /System\.Number should be a list of accounts of 32 bytes/,
      /System\.Events should be a list of accounts/,
    ]) {
      expect(error).toMatch(words);
    }
  });
});

describe('accounts in lists of the session pallet', () => {
  it('are read from Session.Validators, and from the tuples of Session.QueuedKeys', async () => {
    const policy = rules({ sets: ['Session.Validators', 'Session.QueuedKeys'] });
    const layout = await readPowerLayout(await embeddedMetadata('relay'), policy);
    const { value } = layout.items['Session.QueuedKeys'] ?? expect.fail();
    const keys = value.kind === 'list' && value.of.kind === 'struct' ? value.of.fields[1]?.[1] : undefined;
    // The account's own keys: as many of 32 bytes as the runtime has.
    const count = keys?.kind === 'struct' ? keys.fields.length : expect.fail();
    const queued = (account: number) => concatBytes(id(account), ...Array(count).fill(id(0xaa)));
    const state = {
      'Session.Validators': list(id(1), id(2)),
      'Session.QueuedKeys': list(queued(2), queued(3)),
    };
    expect(await proven(policy, layout, state)).toEqual([1, 2, 3].map((byte) => toHex(id(byte))));
  });

  it.skipIf(!hasSpec('coretime-westend-local.json'))(
    'are those of the collators of a real para',
    async () => {
      const file = 'coretime-westend-local.json';
      const [validators, queued, invulnerables, candidates] = [
        'Session.Validators',
        'Session.QueuedKeys',
        'CollatorSelection.Invulnerables',
        'CollatorSelection.CandidateList',
      ] as const;
      const layout = await readPowerLayout(
        specMetadata(file),
        rules({ sets: [validators, queued, invulnerables, candidates] }),
      );
      const stored = (name: string) => {
        const [pallet = '', item = ''] = name.split('.');
        return specValue(file, storagePrefix(pallet, item)) ?? expect.fail(`no ${name}`);
      };
      const members = (sets: readonly string[], state: Readonly<Record<string, Uint8Array>>) =>
        proven(rules({ sets }), layout, state);
      const listed = await members([invulnerables], { [invulnerables]: stored(invulnerables) });
      expect(listed.length).toBeGreaterThan(1);
      for (const name of [validators, queued]) {
        expect((await members([name], { [name]: stored(name) })).toSorted()).toEqual(listed.toSorted());
      }
      const candidate = concatBytes(id(4), encodeLittle(10n ** 12n, 16));
      const all = { [validators]: stored(validators), [candidates]: list(candidate) };
      expect(await members([validators, candidates], all)).toHaveLength(listed.length + 1);
    },
  );
});

describe('evidence of a vote that collators decide', () => {
  let layout: PowerLayout;
  beforeAll(async () => {
    await signaturesReady();
    const policy = rules({ sets: ['Aura.Authorities'], decide: 'beside-holders' });
    layout = await readPowerLayout(await embeddedMetadata('para-good'), policy);
  });

  /** Ten holders vote as in every sample; of these some are collators too. */
  function sample(collators: object, members: readonly number[], alone = false) {
    const policy = policySchema.parse({
      ...samplePolicy,
      collators: { sets: ['Aura.Authorities'], ...collators },
    });
    const keys = members.map((index) => fromHex(sampleSigner(index).account));
    const entries = [[storagePrefix('Aura', 'Authorities'), list(...keys)] as const];
    const input = sampleEvidence(10, sampleSigner, policy, {}, { entries, layout });
    return alone
      ? {
          ...input,
          votes: input.votes
            .filter((_, index) => members.includes(index))
            .map((vote) => ({ ...vote, power: 0n })),
        }
      : input;
  }
  async function lines(input: ReturnType<typeof sample>): Promise<string[]> {
    const out: string[] = [];
    for await (const line of writeEvidence(input)) out.push(line);
    return out;
  }
  const check = (text: readonly string[]) => verifyEvidence([new TextEncoder().encode(text.join(''))]);

  it('proves both bodies: the holders pass it, and it stays open while collators do not', async () => {
    const agreed = await check(await lines(sample({}, [0, 1, 2, 8])));
    expect(agreed.failed).toBeNull();
    expect(agreed.points[0]?.detail).toMatch(/^version 4,/);
    expect(agreed.result?.decision.kind).toBe('approved');
    expect(agreed.result?.tallies.find(({ ayes }) => ayes > 0n)?.collators).toMatchObject({
      size: 4,
      needed: 3,
      ayes: 3,
      nays: 1,
      approved: true,
    });
    // The ninth voter says nay, the tenth abstains on another proposal.
    const split = await check(await lines(sample({}, [0, 1, 8, 9])));
    expect(split.failed).toBeNull();
    expect(split.result?.decision.kind).toBe('open');
  });

  it('proves collators alone from their list, whatever anybody holds', async () => {
    const bundle = await lines(sample({ decide: 'alone' }, [0, 1, 2, 8], true));
    const report = await check(bundle);
    expect(report.failed).toBeNull();
    expect(report.result).toMatchObject({ electorate: 0n, votes: 4, decision: { kind: 'approved' } });
    // Nothing of any account's balance is carried.
    expect(bundle.filter((line) => line.endsWith('"kind":"node"}\n')).length).toBeLessThan(8);
  });

  it('fails when votes of others stand in it, or voices are claimed that nobody has', async () => {
    const foreign = sample({ decide: 'alone' }, [0, 1, 2], true);
    const stranger = sample({ decide: 'alone' }, [0, 1, 2]).votes[5] ?? expect.fail();
    const withStranger = { ...foreign, votes: [...foreign.votes, { ...stranger, power: 0n }] };
    expect((await check(await lines(withStranger))).failed).toBe('votes');

    const bundle = await lines(sample({}, [0, 1, 8, 9]));
    const forged = bundle.map((line) =>
      line.replaceAll('"approved":false,"ayes":2', '"approved":true,"ayes":3'),
    );
    expect(forged).not.toEqual(bundle);
    expect((await check(forged)).failed).toBe('tally');
  });

  it('fails when a list of another head is put in', async () => {
    const here = await lines(sample({}, [0, 1, 8, 9]));
    const there = await lines(sample({}, [0, 1, 2, 3]));
    const nodes = (text: readonly string[]) => text.filter((line) => line.endsWith('"kind":"node"}\n'));
    const at = here.findIndex((line) => line.endsWith('"kind":"node"}\n'));
    const swapped = here.filter((line) => !line.endsWith('"kind":"node"}\n'));
    swapped.splice(at, 0, ...nodes(there));
    expect((await check(swapped)).failed).toBe('electorate');
  });
});
