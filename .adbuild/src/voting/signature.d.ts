import type { SignatureScheme } from '../domain/round.ts';
import { type AccountHex, type Hex } from '../domain/units.ts';
export declare const SIGNATURE_SCHEMES: readonly ["sr25519", "ed25519", "ecdsa", "ethereum"];
/** A text and who says to have signed it. */
export interface SignedText {
    readonly text: string;
    readonly account: AccountHex;
    /** 64 bytes for sr25519 and ed25519; r, s and a recovery id (65 bytes) for ecdsa and ethereum. */
    readonly signature: Hex;
    readonly scheme: SignatureScheme;
}
/** Bytes of the account id that each scheme's accounts have. */
export declare const ACCOUNT_LENGTH: Readonly<Record<SignatureScheme, 32 | 20>>;
export declare const SIGNATURE_LENGTH: Readonly<Record<SignatureScheme, 64 | 65>>;
/** Loads the WebAssembly behind the signature schemes; once before the first `verifySignature`. */
export declare function signaturesReady(): Promise<void>;
/**
 * Accepts a signature over the text itself or over `<Bytes>text</Bytes>`, as wallets wrap what isn't a transaction;
 * for ethereum over the EIP-191 (`personal_sign`) form of either. Only one encoding of each signature is accepted:
 * scalars below the group order, low `s` for ecdsa, the schnorrkel mark for sr25519. Account ids that are points of
 * small order, such as 32 zero bytes, are refused, because anybody can make signatures for them.
 *
 * Synchronous; needs `signaturesReady()`.
 * @throws RESCUE_SIGNATURE_INVALID
 */
export declare function verifySignature(signed: SignedText): void;
/** Bytes that an Ethereum wallet hashes for `personal_sign`. */
export declare function personalMessage(message: Uint8Array): Uint8Array;
