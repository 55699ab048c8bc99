import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { pairFromUri } from '../../src/keys/key-pair.ts';
import { signaturesReady, verifySignature } from '../../src/voting/ballots/signature.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { vaultMessage } from '../../src/voting/ballots/vault-message.ts';

await signaturesReady();
const TEXT = 'pararescue vote 2\nchoice: aye\n';
const PRELUDE = { sr25519: '530108', ed25519: '530008' } as const;

describe('a text for Polkadot Vault', () => {
  it.each(['sr25519', 'ed25519'] as const)('is what it signs whole, with a key of the kind %s', (scheme) => {
    const { account } = signerFromUri('//Alice', scheme);
    const message = vaultMessage(TEXT, { account, scheme }) ?? new Uint8Array();
    expect(toHex(message.subarray(0, 3))).toBe(`0x${PRELUDE[scheme]}`);
    expect(toHex(message.subarray(3, 35))).toBe(account);
    const signed = message.subarray(35);
    expect(new TextDecoder().decode(signed)).toBe(`<Bytes>${TEXT}</Bytes>`);
    const signature = toHex(pairFromUri('//Alice', scheme).sign(signed));
    expect(() => verifySignature({ text: TEXT, account, scheme, signature })).not.toThrow();
  });

  it('is none for keys of which the account is a hash, or whose signature would be none', () => {
    expect(vaultMessage(TEXT, { account: `0x${'01'.repeat(32)}`, scheme: 'ecdsa' })).toBeNull();
    expect(vaultMessage(TEXT, { account: `0x${'01'.repeat(20)}`, scheme: 'ethereum' })).toBeNull();
  });
});
