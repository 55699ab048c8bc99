import { createKeyMulti } from '@polkadot/util-crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import type { ProxyOf } from '../../src/domain/chain/acting.ts';
import type { EthereumMapping } from '../../src/domain/policy/signer-rules.ts';
import type {
  AccountSignature,
  Ballot,
  JointSignature,
  SignatureScheme,
} from '../../src/domain/round/round.ts';
import type { AccountHex, Hex } from '../../src/domain/units.ts';
import { mappedIfShort } from '../../src/keys/mapped-account.ts';
import { multisigAccount } from '../../src/keys/multisig.ts';
import { admitBallot } from '../../src/voting/ballots/admission.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import type { Delegates } from '../../src/voting/ballots/speaker.ts';
import { signerFromUri, type TextSigner } from '../../src/voting/ballots/text-signer.ts';
import { voteText } from '../../src/voting/ballots/texts.ts';
import { sampleBallot } from './ballot-arbitraries.ts';

beforeAll(signaturesReady);

const SCHEMES: readonly SignatureScheme[] = ['sr25519', 'ed25519', 'ecdsa'];
/** Three people with keys of three kinds. */
const people = () => SCHEMES.map((scheme, index) => signerFromUri(`//Person${index}`, scheme));
const accountsOf = (signers: readonly TextSigner[]) => signers.map(({ account }) => account);

function signed(by: readonly TextSigner[], ballot: Ballot, mapping?: EthereumMapping): AccountSignature[] {
  return by.map(({ account, scheme, sign }) => ({
    account: mappedIfShort(account, mapping),
    scheme,
    signature: sign(voteText(ballot)),
  }));
}

/** A vote of 2 of the three people, with what a test changes of it after or before it was signed. */
function vote(
  change: {
    readonly by?: readonly number[];
    readonly ballot?: Partial<Ballot>;
  } & Partial<JointSignature> = {},
): Ballot & JointSignature {
  const { by = [0, 2], ballot: changed = {}, ...rest } = change;
  const signers = people();
  const multisig = { signatories: accountsOf(signers), threshold: 2 };
  const ballot = { ...sampleBallot, account: multisigAccount(multisig).account, ...changed };
  const chosen = by.flatMap((index) => signers[index] ?? []);
  return { ...ballot, multisig, signatures: signed(chosen, ballot), ...rest };
}

function admit(ballot: unknown, signers?: { readonly ethereum: EthereumMapping }, delegates?: Delegates) {
  const { proposal, choice: _, account: __, sequence: ___, ...place } = sampleBallot;
  return admitBallot({
    ballot,
    policy: { power: [], excluded: [], signers },
    round: { ...place, proposals: new Set([proposal]), clock: { closesAt: 500 } },
    now: 1,
    previous: async () => null,
    delegates,
    provePower: async () => 7n,
  });
}

describe('the vote of a multisig', () => {
  it('counts for its account with the signatures of any two, whatever kinds of keys they are, and in any order', async () => {
    for (const by of [
      [0, 1],
      [0, 2],
      [2, 1],
    ]) {
      const ballot = vote({ by });
      expect(ballot.account).toBe(toHex(createKeyMulti(accountsOf(people()), 2)));
      expect(await admit(ballot)).toEqual({ ...ballot, power: 7n, admittedAt: 1 });
    }
    const { signatories } = vote().multisig ?? { signatories: [] };
    expect(
      await admit(vote({ multisig: { signatories: signatories.toReversed(), threshold: 2 } })),
    ).toMatchObject({
      power: 7n,
    });
  });

  it('counts with one signature where one is enough, as pallet-multisig has it', async () => {
    const multisig = { signatories: accountsOf(people()), threshold: 1 };
    const { account } = multisigAccount(multisig);
    await expect(admit(vote({ by: [1], multisig, ballot: { account } }))).resolves.toMatchObject({ account });
    // The same people with another threshold are another account.
    await expect(admit(vote({ by: [1], multisig }))).rejects.toThrow('the threshold another one');
  });

  const signatories = () => accountsOf(people());
  it.each<[string, () => unknown, RegExp]>([
    ['one signature', () => vote({ by: [0] }), /1 of the 2 signatures are there/],
    ['no signature', () => vote({ by: [] }), /0 of the 2/],
    ['the same signature twice', () => vote({ by: [0, 0] }), /signed more than once/],
    ['more signatures than needed', () => vote({ by: [0, 1, 2] }), /3 signatures where 2 are needed/],
    [
      'a threshold of nothing',
      () => vote({ by: [], multisig: { signatories: signatories(), threshold: 0 } }),
      /malformed/,
    ],
    [
      'a threshold that cannot be met',
      () => vote({ multisig: { signatories: signatories(), threshold: 4 } }),
      /cannot be met/,
    ],
    [
      'a signatory named twice',
      () => vote({ multisig: { signatories: [...signatories(), signatories()[0] ?? '0x'], threshold: 2 } }),
      /each once/,
    ],
    [
      'a single signatory',
      () => vote({ by: [0], multisig: { signatories: signatories().slice(0, 1), threshold: 1 } }),
      /2 to 100/,
    ],
    [
      'a hundred and one signatories',
      () =>
        vote({
          multisig: { signatories: Array.from({ length: 101 }, (_, index) => hashOf(index)), threshold: 2 },
        }),
      /malformed/,
    ],
    [
      'signatories of another length',
      () => vote({ multisig: { signatories: [...signatories(), `0x${'11'.repeat(20)}`], threshold: 2 } }),
      /32 bytes, not 20/,
    ],
    [
      'a signatory left out',
      () => vote({ multisig: { signatories: signatories().slice(0, 2), threshold: 2 }, by: [0, 1] }),
      /is a signatory missing/,
    ],
    ['another account', () => vote({ ballot: { account: hashOf(9) } }), /but the text names account/],
    [
      'a stranger',
      () => vote({ signatures: signed([signerFromUri('//Eve')], sampleBallot) }),
      /is no signatory/,
    ],
    ['no multisig', () => vote({ multisig: null }), /exactly one account/],
    ['one of them alone', () => vote({ multisig: null, by: [0] }), /signed, but the text names/],
    [
      'both forms at once',
      () => ({ ...vote(), signature: `0x${'00'.repeat(64)}`, scheme: 'sr25519' }),
      /malformed/,
    ],
    ['another member', () => ({ ...vote(), nested: [] }), /malformed/],
  ])('is refused with %s', async (_, ballot, problem) => {
    await expect(admit(ballot())).rejects.toMatchObject({
      code: 'RESCUE_VOTE_INVALID',
      message: expect.stringMatching(problem),
    });
  });

  it('is refused when one signed another text, with another key or of another kind', async () => {
    const [first, second] = vote().signatures;
    const [, other] = vote({ ballot: { choice: 'nay' } }).signatures;
    const [, , third] = people();
    if (!first || !second || !other || !third) throw new Error('nobody signed');
    for (const wrong of [
      other,
      { ...second, account: first.account, scheme: first.scheme, signature: first.signature },
      { ...second, signature: `0x${'00'.repeat(65)}` as const },
    ]) {
      const forged = { ...vote(), signatures: [{ ...first }, { ...wrong, account: third.account }] };
      await expect(admit(forged)).rejects.toMatchObject({ code: expect.stringMatching(/INVALID/) });
    }
    await expect(admit({ ...vote(), choice: 'nay' })).rejects.toMatchObject({
      code: 'RESCUE_SIGNATURE_INVALID',
    });
  });

  it('is that of the first twenty bytes where accounts have twenty', async () => {
    const keys = [0, 1, 2].map((index) => ethereumKey(index));
    const multisig = { signatories: accountsOf(keys), threshold: 2 };
    const account = toHex(createKeyMulti(multisig.signatories, 2).subarray(0, 20));
    const ballot = { ...sampleBallot, account };
    const joint = { ...ballot, multisig, signatures: signed(keys.slice(1), ballot) };
    expect(await admit(joint)).toMatchObject({ account, power: 7n });
  });
});

describe('the vote of a proxy for an account', () => {
  const REAL = hashOf(0xea1);
  const delegate = () => signerFromUri('//Delegate');
  const others = () => multisigAccount({ signatories: accountsOf(people()), threshold: 2 });

  function proxied(by: readonly TextSigner[] = [delegate()], multisig: JointSignature['multisig'] = null) {
    const ballot = { ...sampleBallot, account: REAL };
    return { ...ballot, multisig, signatures: signed(by, ballot) };
  }
  /** Proxies of `REAL`, and of nobody else; what was asked for is kept. */
  function delegates(proxies: readonly ProxyOf[] | undefined, kinds = ['Any', 'Governance']) {
    const asked: AccountHex[] = [];
    const proxiesOf = async (real: AccountHex) => {
      asked.push(real);
      return real === REAL ? proxies : [];
    };
    return { asked, kinds, proxiesOf };
  }
  const proxy = (change: Partial<ProxyOf> = {}): ProxyOf => ({
    delegate: delegate().account,
    kind: 'Any',
    delay: 0,
    ...change,
  });

  it('counts with the power of the account, which the text names', async () => {
    for (const kind of ['Any', 'Governance']) {
      const of = delegates([proxy({ kind: 'NonTransfer' }), proxy({ kind })]);
      expect(await admit(proxied(), undefined, of)).toMatchObject({ account: REAL, power: 7n });
      expect(of.asked).toEqual([REAL]);
    }
  });

  it('counts where the proxy is a multisig, as of most pure proxies', async () => {
    const multisig = { signatories: accountsOf(people()), threshold: 2 };
    const of = delegates([proxy({ delegate: others().account })]);
    expect(await admit(proxied(people().slice(1), multisig), undefined, of)).toMatchObject({ power: 7n });
    // One of its signatories alone is no proxy.
    await expect(admit(proxied(people().slice(1, 2)), undefined, of)).rejects.toThrow('nor a proxy of it');
  });

  it.each<[string, readonly ProxyOf[] | undefined, string[], RegExp]>([
    ['that was removed before the last head', [], ['Any'], /nor a proxy of it/],
    ['of a chain without proxies', undefined, ['Any'], /but the text names account/],
    [
      'of another kind',
      [proxy0({ kind: 'NonTransfer' })],
      ['Any', 'Governance'],
      /only a proxy of the kind Any or Governance counts/,
    ],
    ['that has to announce', [proxy0({ delay: 1 })], ['Any'], /with a delay of 1 blocks/],
    ['where the policy counts none', [proxy0()], [], /but the text names account/],
    ['of which only others are there', [proxy0({ delegate: hashOf(5) })], ['Any'], /nor a proxy of it/],
  ])('is refused of one %s', async (_, proxies, kinds, problem) => {
    const own = proxies?.map((one) =>
      one.delegate === '0x' ? { ...one, delegate: delegate().account } : one,
    );
    await expect(admit(proxied(), undefined, delegates(own, kinds))).rejects.toMatchObject({
      code: 'RESCUE_VOTE_INVALID',
      message: expect.stringMatching(problem),
    });
  });

  it('is asked for only when the signature holds, and never for an account that signed itself', async () => {
    const of = delegates([proxy()]);
    await expect(admit({ ...proxied(), choice: 'nay' }, undefined, of)).rejects.toMatchObject({
      code: 'RESCUE_SIGNATURE_INVALID',
    });
    const own = delegate();
    const ballot = { ...sampleBallot, account: own.account };
    await admit({ ...ballot, multisig: null, signatures: signed([own], ballot) }, undefined, of);
    expect(of.asked).toEqual([]);
  });

  it('does not make the account a proxy of its proxy', async () => {
    const real = signerFromUri('//Real');
    const ballot = { ...sampleBallot, account: delegate().account };
    const of = {
      kinds: ['Any'],
      proxiesOf: async (asked: AccountHex) => (asked === real.account ? [proxy()] : []),
    };
    const joint = { ...ballot, multisig: null, signatures: signed([real], ballot) };
    await expect(admit(joint, undefined, of)).rejects.toThrow('nor a proxy of it');
  });
});

describe('the vote of an Ethereum key for an account of 32 bytes', () => {
  const key = () => ethereumKey(7);
  const mapped = (mapping: EthereumMapping, change: Partial<Ballot> = {}) => {
    const { account, scheme, sign } = key();
    const ballot = { ...sampleBallot, account: mappedIfShort(account, mapping), ...change };
    return { ...ballot, scheme, signature: sign(voteText(ballot)) };
  };

  it.each<EthereumMapping>(['frontier-hashed', 'hydration', 'revive'])(
    'counts by the mapping that the policy names, %s, and by no other',
    async (ethereum) => {
      const ballot = mapped(ethereum);
      expect(await admit(ballot, { ethereum })).toEqual({ ...ballot, power: 7n, admittedAt: 1 });
      const others = (['frontier-hashed', 'hydration', 'revive'] as const).filter((one) => one !== ethereum);
      for (const other of others) {
        await expect(admit(ballot, { ethereum: other })).rejects.toMatchObject({
          code: 'RESCUE_SIGNATURE_INVALID',
        });
      }
      await expect(admit(ballot)).rejects.toThrow('signers.ethereum');
    },
  );

  it('is refused for the account of another key, and over another text', async () => {
    const ethereum = 'hydration';
    const other = mappedIfShort(ethereumKey(8).account, ethereum);
    await expect(admit(mapped(ethereum, { account: other }), { ethereum })).rejects.toMatchObject({
      code: 'RESCUE_SIGNATURE_INVALID',
    });
    await expect(admit({ ...mapped(ethereum), choice: 'nay' }, { ethereum })).rejects.toMatchObject({
      code: 'RESCUE_SIGNATURE_INVALID',
    });
  });

  it('counts among signatures of other kinds in a multisig', async () => {
    const ethereum = 'revive';
    const [person] = people();
    if (!person) throw new Error('nobody is there');
    const multisig = {
      signatories: [person.account, mappedIfShort(key().account, ethereum)] as AccountHex[],
      threshold: 2,
    };
    const ballot = { ...sampleBallot, account: multisigAccount(multisig).account };
    const joint = { ...ballot, multisig, signatures: signed([person, key()], ballot, ethereum) };
    expect(await admit(joint, { ethereum })).toMatchObject({ power: 7n });
    await expect(admit(joint)).rejects.toThrow('signers.ethereum');
    // A signature of one kind is none of another.
    const swapped = joint.signatures.map((one) => ({ ...one, scheme: 'ecdsa' as const }));
    await expect(admit({ ...joint, signatures: swapped }, { ethereum })).rejects.toThrow();
  });
});

const ethereumKey = (index: number) => signerFromUri(hashOf(index + 1), 'ethereum');

function hashOf(index: number): Hex {
  return `0x${index.toString(16).padStart(64, '0')}`;
}

/** Of the one who signs in the test: keys are there only when it runs. */
function proxy0(change: Partial<ProxyOf> = {}): ProxyOf {
  return { delegate: '0x', kind: 'Any', delay: 0, ...change };
}
