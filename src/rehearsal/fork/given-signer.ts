import { encodeAddress } from '@polkadot/util-crypto';
import { concatBytes } from '../../bytes/bytes.ts';
import { fromHex } from '../../bytes/hex.ts';
import type { Signer } from '../../chain/extrinsics/signer.ts';
import type { AccountHex } from '../../domain/units.ts';
import type { GivenSignatures } from '../../executor/given-signatures.ts';
import { pairFromUri } from '../../keys/key-pair.ts';

/** `MultiSignature::Sr25519`. */
const SR25519 = Uint8Array.of(1);

/**
 * An account whose key is not here, and which may have none at all, as multisigs and pure proxies do not: whatever it signs counts on
 * the fork. Needs `cryptoWaitReady()`.
 */
export function givenSigner(
  account: AccountHex,
  given: GivenSignatures,
): Signer & { readonly account: AccountHex } {
  const key = fromHex(account);
  const pair = {
    ...pairFromUri('//nobody', 'sr25519'),
    address: encodeAddress(key, 42),
    addressRaw: key,
    publicKey: key,
    sign: (_message: unknown, options?: { readonly withType?: boolean }) =>
      options?.withType ? concatBytes(SR25519, given.sign(key)) : given.sign(key),
  };
  return { account, pair };
}
