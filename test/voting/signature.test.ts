import { Keyring } from '@polkadot/keyring';
import { ed25519Verify, sr25519Verify as scureSr25519Verify } from '@polkadot/util-crypto';
import { sr25519Verify } from '@polkadot/wasm-crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { SIGNATURE_SCHEMES } from '../../src/domain/round/round.ts';
import type { Hex } from '../../src/domain/units.ts';
import {
  type SignedText,
  signaturesReady,
  verifySignature,
  withUsualV,
} from '../../src/voting/ballots/signature.ts';
import { signerFromKeystore, signerFromUri, type TextSigner } from '../../src/voting/ballots/text-signer.ts';

const MNEMONIC = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk';
const SEED = `0x${'5a'.repeat(32)}`;
const text = 'pararescue vote 1\nchoice: aye';
const ED25519_ORDER = (1n << 252n) + 27742317777372353535851937790883648493n;
const SECP256K1_ORDER = 0xffffffff_ffffffff_ffffffff_fffffffe_baaedce6_af48a03b_bfd25e8c_d0364141n;

beforeAll(signaturesReady);

const signed = (signer: TextSigner, wrapped = false): SignedText => ({
  text,
  account: signer.account,
  scheme: signer.scheme,
  signature: signer.sign(wrapped ? `<Bytes>${text}</Bytes>` : text),
});
const refused = (any: SignedText): void =>
  expect(() => verifySignature(any)).toThrow(expect.objectContaining({ code: 'RESCUE_SIGNATURE_INVALID' }));

/** Libraries may refuse such a signature too; the message tells that our own check did. */
const refusedAs = (any: SignedText, words: string): void => expect(() => verifySignature(any)).toThrow(words);

function withBytes(signature: Hex, change: (bytes: Uint8Array) => void): Hex {
  const bytes = fromHex(signature);
  change(bytes);
  return toHex(bytes);
}

function bigEndian(value: bigint): Uint8Array {
  return fromHex(`0x${value.toString(16).padStart(64, '0')}`);
}

describe.each(SIGNATURE_SCHEMES)('a signature with %s', (scheme) => {
  it('is accepted over the text and over the text as wallets wrap it', () => {
    const signer = signerFromUri(SEED, scheme);
    verifySignature(signed(signer));
    verifySignature(signed(signer, true));
  });

  it('is refused for another text, another account and text wrapped twice', () => {
    const signer = signerFromUri(SEED, scheme);
    const good = signed(signer);
    refused({ ...good, text: `${text} ` });
    refused({ ...good, account: signerFromUri(`0x${'5b'.repeat(32)}`, scheme).account });
    refused({ ...good, signature: signer.sign(`<Bytes><Bytes>${text}</Bytes></Bytes>`) });
  });

  it('is refused with any bit flipped', () => {
    const good = signed(signerFromUri(SEED, scheme));
    const bits = (good.signature.length / 2 - 1) * 8;
    fc.assert(
      fc.property(fc.nat(bits - 1), (bit) => {
        refused({
          ...good,
          signature: withBytes(good.signature, (bytes) => {
            bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          }),
        });
      }),
      { numRuns: 60 },
    );
  });

  it('is refused when bytes are missing or too many', () => {
    const good = signed(signerFromUri(SEED, scheme));
    refused({ ...good, signature: `0x${good.signature.slice(4)}` });
    refused({ ...good, signature: `${good.signature}00` });
    refused({ ...good, signature: '0x' });
  });

  it('is refused when it is no hex', () => {
    const good = signed(signerFromUri(SEED, scheme));
    refused({ ...good, signature: '0xzz' });
    refused({ ...good, account: '0x1' });
  });

  it('is refused for an account id of the wrong length', () => {
    const good = signed(signerFromUri(SEED, scheme));
    refused({
      ...good,
      account:
        scheme === 'ethereum' ? `${good.account}${'00'.repeat(12)}` : (good.account.slice(0, 42) as Hex),
    });
  });

  it('is refused under every other scheme', () => {
    const good = signed(signerFromUri(SEED, scheme));
    for (const other of SIGNATURE_SCHEMES.filter((name) => name !== scheme))
      refused({ ...good, scheme: other });
  });
});

describe('canonical signatures', () => {
  it.each(['ecdsa', 'ethereum'] as const)(
    'the other half of %s, with s in the upper half, is refused',
    (scheme) => {
      const good = signed(signerFromUri(SEED, scheme));
      const mirrored = withBytes(good.signature, (bytes) => {
        const s = BigInt(toHex(bytes.subarray(32, 64)));
        bytes.set(bigEndian(SECP256K1_ORDER - s), 32);
        const last = bytes[64] ?? 0;
        bytes[64] = scheme === 'ethereum' ? 55 - last : 1 - last;
      });
      refusedAs({ ...good, signature: mirrored }, 'one canonical form');
    },
  );

  it.each(['sr25519', 'ed25519'] as const)(
    '%s with the group order added to its scalar is refused',
    (scheme) => {
      const good = signed(signerFromUri(SEED, scheme));
      const shifted = withBytes(good.signature, (bytes) => {
        const mark = scheme === 'sr25519' ? 0x80 : 0;
        bytes[63] = (bytes[63] ?? 0) & ~mark;
        const scalar = BigInt(toHex(bytes.slice(32).reverse())) + ED25519_ORDER;
        bytes.set(bigEndian(scalar).reverse(), 32);
        bytes[63] = (bytes[63] ?? 0) | mark;
      });
      refusedAs({ ...good, signature: shifted }, 'one canonical form');
    },
  );

  it('sr25519 without the mark of schnorrkel is refused', () => {
    const good = signed(signerFromUri(SEED, 'sr25519'));
    refused({
      ...good,
      signature: withBytes(good.signature, (bytes) => bytes.fill((bytes[63] ?? 0) & 0x7f, 63)),
    });
  });

  it('an Ethereum signature ends in 27 or 28 and in nothing else; the bare recovery id of some wallets is told how to fit', () => {
    const good = signed(signerFromUri(SEED, 'ethereum'));
    const v = fromHex(good.signature)[64] ?? 99;
    expect([27, 28]).toContain(v);
    verifySignature(good);
    const bare = withBytes(good.signature, (bytes) => bytes.fill(v - 27, 64));
    refusedAs({ ...good, signature: bare }, 'add 27');
    expect(withUsualV(bare)).toBe(good.signature);
    expect(withUsualV(good.signature)).toBe(good.signature);
    for (let last = 0; last < 256; last++) {
      if (last === v) continue;
      refused({ ...good, signature: withBytes(good.signature, (bytes) => bytes.fill(last, 64)) });
    }
  });

  it('an ecdsa signature has one recovery id only', () => {
    const good = signed(signerFromUri(SEED, 'ecdsa'));
    refused({
      ...good,
      signature: withBytes(good.signature, (bytes) => bytes.fill((bytes[64] ?? 0) + 27, 64)),
    });
  });
});

describe('accounts that belong to nobody', () => {
  const zero: Hex = `0x${'00'.repeat(32)}`;
  const message = new TextEncoder().encode(text);

  it('the account of 32 zero bytes cannot vote with sr25519, though libraries accept a signature made without a key', () => {
    const forged = new Uint8Array(64);
    forged[63] = 0x80;
    expect(sr25519Verify(forged, message, fromHex(zero))).toBe(true);
    refused({ text, account: zero, scheme: 'sr25519', signature: toHex(forged) });
  });

  it.each([
    zero,
    `0x01${'00'.repeat(31)}`,
    '0x26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    '0xc7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    `0xec${'ff'.repeat(30)}7f`,
    `0x${'00'.repeat(31)}80`,
    '0x26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
    '0xc7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  ] as Hex[])(
    'the small-order point %s cannot vote with ed25519, though libraries accept a forgery',
    (account) => {
      // R = identity, s = 0: valid under the cofactored equation for every message.
      const forged = new Uint8Array(64);
      forged[0] = 1;
      expect(ed25519Verify(message, forged, fromHex(account), true)).toBe(true);
      refused({ text, account, scheme: 'ed25519', signature: toHex(forged) });
      expect(() => verifySignature({ text, account, scheme: 'ed25519', signature: toHex(forged) })).toThrow(
        'belongs to nobody',
      );
    },
  );
});

describe('signatures of other software', () => {
  it('the personal_sign example of the web3.js documentation verifies', () => {
    verifySignature({
      text: 'Some data',
      account: '0x2c7536e3605d9c16a7a3d7b1898e529396a65c23',
      scheme: 'ethereum',
      signature:
        '0xb91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a0291c',
    });
  });

  it('two implementations of sr25519 agree on ours', () => {
    const good = signed(signerFromUri('//Alice'));
    const args = [fromHex(good.signature), fromHex(good.account)] as const;
    expect(scureSr25519Verify(text, ...args)).toBe(true);
    expect(sr25519Verify(args[0], new TextEncoder().encode(text), args[1])).toBe(true);
  });
});

describe('signers', () => {
  it('from a development URI are the well-known accounts', () => {
    expect(signerFromUri('//Alice')).toMatchObject({
      account: '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d',
      scheme: 'sr25519',
      address: '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY',
    });
  });

  it('from a mnemonic with an Ethereum path are the accounts that Ethereum wallets derive', () => {
    // First account of the mnemonic of polkadot-js's development chain, as Moonbeam's documentation lists it.
    expect(signerFromUri(`${MNEMONIC}/m/44'/60'/0'/0/0`, 'ethereum').address).toBe(
      '0xf24FF3a9CF04c71Dbc94D0b566f7A27B94566cac',
    );
  });

  it('from a bad secret are refused without repeating any of it', () => {
    const secret = 'correct horse battery staple zebra';
    try {
      signerFromUri(`${secret}//hidden///password`);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'RESCUE_SIGNER_MISSING' });
      expect((error as Error).cause).toBeUndefined();
      for (const word of [...secret.split(' '), 'hidden', 'password'])
        expect(String(error)).not.toContain(word);
    }
  });

  it.each(['sr25519', 'ethereum'] as const)(
    'from a keystore sign with %s, and only with its password',
    (scheme) => {
      const pair = new Keyring().createFromUri(SEED, {}, scheme);
      const keystore: unknown = JSON.parse(JSON.stringify(pair.toJson('let me in')));
      const signer = signerFromKeystore(keystore, 'let me in');
      expect(signer.account).toBe(signerFromUri(SEED, scheme).account);
      verifySignature(signed(signer));
      expect(() => signerFromKeystore(keystore, 'let me out')).toThrow(
        expect.objectContaining({
          code: 'RESCUE_SIGNER_MISSING',
          message: 'The password does not open the key file.',
        }),
      );
    },
  );

  it('refuse a keystore that names another account than its key', () => {
    const keystore = new Keyring().createFromUri('//Alice', {}, 'sr25519').toJson('x');
    const address = new Keyring().createFromUri('//Bob', {}, 'sr25519').address;
    expect(() => signerFromKeystore({ ...keystore, address }, 'x')).toThrow('names another account');
  });

  it.each([
    [null],
    ['text'],
    [{}],
    [{ address: '5', encoded: '0x', encoding: { content: ['pkcs8', 'rsa'] } }],
  ])('refuse %j as a keystore', (keystore) => {
    expect(() => signerFromKeystore(keystore, 'x')).toThrow(
      expect.objectContaining({ code: 'RESCUE_SIGNER_MISSING' }),
    );
  });
});
