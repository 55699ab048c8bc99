import { createKeyMulti } from '@polkadot/util-crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { devAccount } from '../../devnet/keys.ts';
import { toHex } from '../../src/bytes/hex.ts';
import type { JointOptIn } from '../../src/domain/round/round.ts';
import { verifyOptIn } from '../../src/voting/ballots/opt-in-signatures.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { optInText } from '../../src/voting/ballots/texts.ts';
import { hash, sampleOptIn } from '../store/samples.ts';

const NAMES = ['Alice', 'Bob', 'Charlie'];
const SIGNATORIES = NAMES.map((name) => devAccount(name).account);
const MULTISIG = { signatories: SIGNATORIES, threshold: 2 };

/** Signed by these for the manager that `sampleOptIn` names. */
function signedBy(names: readonly string[], change: Partial<JointOptIn> = {}): JointOptIn {
  const { signature: _, scheme: __, ...statement } = sampleOptIn();
  const signatures = names.map((name) => {
    const signer = signerFromUri(`//${name}`);
    const signature = signer.sign(optInText(statement));
    return { account: signer.account, signature, scheme: signer.scheme };
  });
  return { ...statement, multisig: MULTISIG, signatures, ...change };
}

beforeAll(signaturesReady);

describe('who an opt-in is signed by', () => {
  it('is the multisig of which enough signatories signed, as wallets compute it', () => {
    const expected = toHex(createKeyMulti(SIGNATORIES, 2));
    expect(verifyOptIn(signedBy(['Alice', 'Bob']))).toBe(expected);
    expect(verifyOptIn(signedBy(['Charlie', 'Bob', 'Alice']))).toBe(expected);
  });

  it('is the one account that signed for the manager', () => {
    expect(verifyOptIn(signedBy(['Bob'], { multisig: null }))).toBe(devAccount('Bob').account);
  });

  it.each([
    ['too few signatories', signedByLater(['Alice']), /1 of the 2 signatures are there/],
    ['the same one twice', signedByLater(['Alice', 'Alice']), /signed more than once/],
    ['somebody else', signedByLater(['Alice', 'Dave']), /is no signatory of the multisig/],
    [
      'several without a multisig',
      signedByLater(['Alice', 'Bob'], { multisig: null }),
      /exactly one account/,
    ],
    ['nobody', signedByLater([], { multisig: null }), /exactly one account/],
    [
      'a multisig that cannot be',
      signedByLater(['Alice'], { multisig: { signatories: SIGNATORIES.slice(0, 1), threshold: 1 } }),
      /2 to 100 signatories/,
    ],
  ] as const)('is nobody with the signatures of %s', (_, optIn, problem) => {
    expect(() => verifyOptIn(optIn())).toThrow(
      expect.objectContaining({ code: 'RESCUE_OPT_IN_INVALID', message: expect.stringMatching(problem) }),
    );
  });

  it('is nobody when one of the signatures is for another text', () => {
    const optIn = signedBy(['Alice', 'Bob']);
    expect(() => verifyOptIn({ ...optIn, policy: hash(77) })).toThrow(
      expect.objectContaining({ code: 'RESCUE_SIGNATURE_INVALID' }),
    );
  });
});

/** Signing needs what is loaded before the tests, and after their table is made. */
function signedByLater(names: readonly string[], change: Partial<JointOptIn> = {}): () => JointOptIn {
  return () => signedBy(names, change);
}
