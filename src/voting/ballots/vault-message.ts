import { concatBytes, encodeText } from '../../bytes/bytes.ts';
import { fromHex } from '../../bytes/hex.ts';
import type { SignatureScheme } from '../../domain/round/round.ts';
import type { AccountHex } from '../../domain/units.ts';
import { wrapped } from './text-forms.ts';

/** "Substrate". */
const PRELUDE = 0x53;
/** Kinds of key whose public key is the account: of others the account is a hash, and Vault signs what is no text of an Ethereum wallet. */
const KEYS: Readonly<Partial<Record<SignatureScheme, number>>> = { ed25519: 0x00, sr25519: 0x01 };
/** A message that is signed for no network, which Polkadot Vault takes since 7.1 (July 2025). */
const MESSAGE_OF_ANY_NETWORK = 0x08;

/**
 * What Polkadot Vault reads from a QR code to sign a text: 0x53, the kind of the key, 0x08, the public key (32 bytes), and the text between `<Bytes>` and
 * `</Bytes>`, all of which it signs. Its answer is a QR code of the signature's 128 hex digits. Null for keys of which it signs no such text.
 * Source: novasamatech/parity-signer, v7.2.0, rust/transaction_parsing/src/{lib,message}.rs and rust/navigator/src/lib.rs.
 */
export function vaultMessage(
  text: string,
  { account, scheme }: { readonly account: AccountHex; readonly scheme: SignatureScheme },
): Uint8Array | null {
  const key = KEYS[scheme];
  if (key === undefined || account.length !== 66) return null;
  return concatBytes(
    Uint8Array.of(PRELUDE, key, MESSAGE_OF_ANY_NETWORK),
    fromHex(account),
    encodeText(wrapped(text)),
  );
}
