import type { SignatureScheme } from '../domain/round.ts';
import { type AccountHex, type Hex } from '../domain/units.ts';
/** Signs texts with a key that stays inside. */
export interface TextSigner {
    readonly account: AccountHex;
    readonly scheme: SignatureScheme;
    /** SS58 with the generic prefix 42, or a checksummed Ethereum address. */
    readonly address: string;
    /** Signature that `verifySignature` accepts for this account and text. */
    sign(text: string): Hex;
}
/**
 * A signer from a secret URI: a development URI (`//Alice`), a mnemonic or a hex seed, with a derivation path.
 * Needs `signaturesReady()`.
 * @throws RESCUE_SIGNER_MISSING, never repeating any part of the URI.
 */
export declare function signerFromUri(uri: string, scheme?: SignatureScheme): TextSigner;
/**
 * A signer from the parsed JSON of a keystore file that polkadot-js and its wallets export.
 * Needs `signaturesReady()`.
 * @throws RESCUE_SIGNER_MISSING when it is not one, or the password does not open it.
 */
export declare function signerFromKeystore(keystore: unknown, password: string): TextSigner;
