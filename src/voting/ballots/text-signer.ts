import type { KeyringPair } from '@polkadot/keyring/types';
import { encodeText } from '../../bytes/bytes.ts';
import { toHex } from '../../bytes/hex.ts';
import type { SignatureScheme } from '../../domain/round/round.ts';
import type { AccountHex, Hex } from '../../domain/units.ts';
import { pairFromKeystore, pairFromUri } from '../../keys/key-pair.ts';
import { personalMessage, withUsualV } from './signature.ts';

/** Signs texts with a key that stays inside. */
export interface TextSigner {
  readonly account: AccountHex;
  readonly scheme: SignatureScheme;
  /** SS58 with the generic prefix 42, or a checksummed Ethereum address. */
  readonly address: string;
  /** Signature that `verifySignature` accepts for this account and text. */
  sign(text: string): Hex;
}

/** See `pairFromUri`. Needs `signaturesReady()`. @throws RESCUE_SIGNER_MISSING, without any part of the URI */
export function signerFromUri(uri: string, scheme: SignatureScheme = 'sr25519'): TextSigner {
  return textSigner(pairFromUri(uri, scheme));
}

/** See `pairFromKeystore`. Needs `signaturesReady()`. @throws RESCUE_SIGNER_MISSING */
export function signerFromKeystore(keystore: unknown, password: string): TextSigner {
  return textSigner(pairFromKeystore(keystore, password));
}

/** A signer with a key that is open. */
export function textSigner(pair: KeyringPair): TextSigner {
  const scheme: SignatureScheme = pair.type;
  return {
    account: toHex(pair.addressRaw),
    scheme,
    address: pair.address,
    sign(text) {
      const message = encodeText(text);
      if (scheme === 'ethereum') return withUsualV(toHex(pair.sign(personalMessage(message))));
      return toHex(pair.sign(message));
    },
  };
}
