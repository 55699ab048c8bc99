import { blake2AsU8a, cryptoWaitReady, keccakAsU8a, secp256k1Recover } from '@polkadot/util-crypto';
import { ed25519Verify, sr25519Verify } from '@polkadot/wasm-crypto';
import { encodeText, equalBytes } from '../../bytes/bytes.ts';
import { fromHex, isHex, toHex } from '../../bytes/hex.ts';
import { RescueError } from '../../domain/errors.ts';
import type { EthereumMapping } from '../../domain/policy/signer-rules.ts';
import type { SignatureScheme } from '../../domain/round/round.ts';
import type { AccountHex, Hex } from '../../domain/units.ts';
import { mappedAccount } from '../../keys/mapped-account.ts';
import type { Ed25519Verifier } from '../../proof/grandpa.ts';
import { formsOfText, wrapped } from './text-forms.ts';

/** A text and who says to have signed it. */
export interface SignedText {
  readonly text: string;
  readonly account: AccountHex;
  /**
   * 64 bytes for sr25519 and ed25519; 65 bytes for ecdsa and ethereum: r, s, and a last byte that is 0 or 1 for ecdsa, 27 or
   * 28 for ethereum.
   */
  readonly signature: Hex;
  readonly scheme: SignatureScheme;
  /** By which Ethereum keys sign for accounts of 32 bytes; without it they sign for those of 20 only. */
  readonly mapping?: EthereumMapping | undefined;
}

/** Bytes of the account id that each scheme's accounts have, but for the mapped ones of Ethereum keys. */
export const ACCOUNT_LENGTH: Readonly<Record<SignatureScheme, 32 | 20>> = {
  sr25519: 32,
  ed25519: 32,
  ecdsa: 32,
  ethereum: 20,
};
export const SIGNATURE_LENGTH: Readonly<Record<SignatureScheme, 64 | 65>> = {
  sr25519: 64,
  ed25519: 64,
  ecdsa: 65,
  ethereum: 65,
};

/** Loads the WebAssembly behind the signature schemes; once before the first `verifySignature`. */
export async function signaturesReady(): Promise<void> {
  if (!(await cryptoWaitReady())) {
    throw new RescueError('RESCUE_INTERNAL', 'The WebAssembly of the signature schemes could not be loaded.');
  }
}

/**
 * Accepts a signature over one of `formsOfText`: the text itself or with line breaks as wallets change them, bare or as `<Bytes>text</Bytes>`, as they wrap what
 * isn't a transaction; for ethereum over the EIP-191 (`personal_sign`) form of either. Only one encoding of each signature is accepted:
 * scalars below the group order, low `s` and one form of the last byte for ecdsa and ethereum, the schnorrkel mark for sr25519. Account ids that are points of
 * small order, such as 32 zero bytes, are refused, because anybody can make signatures for them.
 *
 * Synchronous; needs `signaturesReady()`.
 * @throws RESCUE_SIGNATURE_INVALID
 */
export function verifySignature(signed: SignedText): void {
  const problem = signatureFormProblem(signed);
  if (problem !== null) throw new RescueError('RESCUE_SIGNATURE_INVALID', problem);
  for (const form of formsOfText(signed.text)) if (isSignatureOver(encodeText(form), signed)) return;
  throw new RescueError(
    'RESCUE_SIGNATURE_INVALID',
    `The ${signed.scheme} signature is not one of account ${signed.account} over this text; sign exactly the text that was shown, with that account.`,
  );
}

/** Whether the text was signed as it is shown, bare or as wallets wrap it: most are, and it costs two looks at most. Needs `signaturesReady()`. */
export function isSignedAsShown(signed: SignedText): boolean {
  if (!isHex(signed.account) || !isHex(signed.signature) || signatureFormProblem(signed) !== null)
    return false;
  return [signed.text, wrapped(signed.text)].some((form) => isSignatureOver(encodeText(form), signed));
}

/** Whether the signature is of these very bytes; its form was looked at. */
export function isSignatureOver(
  message: Uint8Array,
  { account, signature, scheme, mapping }: Omit<SignedText, 'text'>,
): boolean {
  return VERIFIERS[scheme](message, fromHex(signature), fromHex(account), mapping);
}

/** Whether an account of so many bytes can be one of the scheme's. */
export function isAccountOf(
  { scheme, mapping }: Pick<SignedText, 'scheme' | 'mapping'>,
  bytes: number,
): boolean {
  return bytes === ACCOUNT_LENGTH[scheme] || (scheme === 'ethereum' && mapping !== undefined && bytes === 32);
}

/** What is wrong with the form of account or signature, whatever was signed; null for nothing. @throws RESCUE_SIGNATURE_INVALID for what is no hex */
export function signatureFormProblem({
  account,
  signature,
  scheme,
  mapping,
}: Omit<SignedText, 'text'>): string | null {
  return formProblem({ scheme, mapping }, bytesOf('account', account), bytesOf('signature', signature));
}

/** `v` of Ethereum signatures is this plus the recovery id. */
const FIRST_V = 27;

/** An Ethereum signature whose last byte is the bare recovery id, 0 or 1, in the one form that counts; others as they are. */
export function withUsualV(signature: Hex): Hex {
  const bytes = fromHex(signature);
  const last = bytes[64];
  if (bytes.length !== 65 || last === undefined || last > 1) return signature;
  bytes[64] = last + FIRST_V;
  return toHex(bytes);
}

/** Marks of the kind of key that some wallets put before a signature (`MultiSignature`). */
const MARKS: Readonly<Partial<Record<SignatureScheme, string>>> = {
  ed25519: '00',
  sr25519: '01',
  ecdsa: '02',
};

/** A signature as wallets give it, in the one form that counts: without a mark of its kind, and with the usual last byte. */
export function usualSignature(given: Hex, scheme: SignatureScheme): Hex {
  const isMarked =
    (given.length - 2) / 2 === SIGNATURE_LENGTH[scheme] + 1 && given.slice(2, 4) === MARKS[scheme];
  const bare: Hex = isMarked ? `0x${given.slice(4)}` : given;
  return scheme === 'ethereum' ? withUsualV(bare) : bare;
}

/** Bytes that an Ethereum wallet hashes for `personal_sign`. */
export function personalMessage(message: Uint8Array): Uint8Array {
  const prefix = encodeText(`\x19Ethereum Signed Message:\n${message.length}`);
  const out = new Uint8Array(prefix.length + message.length);
  out.set(prefix);
  out.set(message, prefix.length);
  return out;
}

/** ed25519 in WebAssembly, wherever this runs. Needs `signaturesReady()`; false without it. */
export const verifyEd25519: Ed25519Verifier = (signature, message, id) =>
  quietly(() => ed25519Verify(signature, message, id));

type Verifier = (
  message: Uint8Array,
  signature: Uint8Array,
  account: Uint8Array,
  mapping: EthereumMapping | undefined,
) => boolean;

const VERIFIERS: Readonly<Record<SignatureScheme, Verifier>> = {
  sr25519: (message, signature, account) => quietly(() => sr25519Verify(signature, message, account)),
  ed25519: (message, signature, account) => verifyEd25519(signature, message, account),
  ecdsa: (message, signature, account) =>
    quietly(() => {
      const key = secp256k1Recover(
        blake2AsU8a(message),
        signature.subarray(0, 64),
        signature[64] ?? 0,
        'blake2',
      );
      return equalBytes(blake2AsU8a(key), account);
    }),
  ethereum: (message, signature, account, mapping) =>
    quietly(() => {
      const digest = keccakAsU8a(personalMessage(message));
      const key = secp256k1Recover(
        digest,
        signature.subarray(0, 64),
        (signature[64] ?? 0) - FIRST_V,
        'keccak',
      );
      const address = keccakAsU8a(key).subarray(-20);
      const isMapped = mapping !== undefined && account.length !== ACCOUNT_LENGTH.ethereum;
      return equalBytes(isMapped ? mappedAccount[mapping](address) : address, account);
    }),
};

function bytesOf(name: string, hex: string): Uint8Array {
  try {
    return fromHex(hex);
  } catch (cause) {
    throw new RescueError('RESCUE_SIGNATURE_INVALID', `The ${name} is not 0x and whole bytes of hex.`, {
      cause,
    });
  }
}

/** The libraries throw for keys and points that do not decode: the signature is then not valid either. */
function quietly(verify: () => boolean): boolean {
  try {
    return verify();
  } catch {
    return false;
  }
}

const ED25519_ORDER = (1n << 252n) + 27742317777372353535851937790883648493n;
const SECP256K1_ORDER = 0xffffffff_ffffffff_ffffffff_fffffffe_baaedce6_af48a03b_bfd25e8c_d0364141n;

function formProblem(
  { scheme, mapping }: Pick<SignedText, 'scheme' | 'mapping'>,
  account: Uint8Array,
  signature: Uint8Array,
): string | null {
  if (!isAccountOf({ scheme, mapping }, account.length)) {
    if (scheme === 'ethereum' && account.length === 32) {
      return 'Ethereum keys sign for accounts of 20 bytes: for one of 32 bytes the policy has to name how the para maps them (signers.ethereum).';
    }
    return `An account that signs with ${scheme} has ${ACCOUNT_LENGTH[scheme]} bytes, this one has ${account.length}.`;
  }
  if (signature.length !== SIGNATURE_LENGTH[scheme]) {
    return `A ${scheme} signature has ${SIGNATURE_LENGTH[scheme]} bytes, this one has ${signature.length}.`;
  }
  if (scheme === 'sr25519' || scheme === 'ed25519') return edwardsProblem(scheme, account, signature);
  const r = number(signature.subarray(0, 32));
  const s = number(signature.subarray(32, 64));
  if (r === 0n || r >= SECP256K1_ORDER || s === 0n || s > SECP256K1_ORDER / 2n) {
    return `The ${scheme} signature is not in its one canonical form (r and s below the group order, s in the lower half).`;
  }
  return lastByteProblem(scheme, signature[64] ?? 0);
}

function edwardsProblem(
  scheme: 'sr25519' | 'ed25519',
  account: Uint8Array,
  signature: Uint8Array,
): string | null {
  if (isWeakKey(scheme, account)) {
    return `Account ${toHex(account)} belongs to nobody: anybody could make ${scheme} signatures for it.`;
  }
  const scalar = signature.slice(32).reverse();
  if (scheme === 'sr25519') {
    const first = scalar[0] ?? 0;
    if ((first & 0x80) === 0) return 'The sr25519 signature lacks the mark in its last byte.';
    scalar[0] = first & 0x7f;
  }
  if (number(scalar) >= ED25519_ORDER) return `The ${scheme} signature is not in its one canonical form.`;
  return null;
}

function lastByteProblem(scheme: 'ecdsa' | 'ethereum', last: number): string | null {
  if (scheme === 'ecdsa') {
    return last === 0 || last === 1 ? null : 'The last byte of an ecdsa signature is 0 or 1.';
  }
  if (last === FIRST_V || last === FIRST_V + 1) return null;
  return last === 0 || last === 1
    ? `The last byte of the ethereum signature is ${last}, as some wallets write it: add 27 to it.`
    : 'The last byte of an ethereum signature is 27 or 28.';
}

/** Encodings of the points of order 1, 2, 4 and 8 on edwards25519, without the sign bit, canonical or not. */
const SMALL_ORDER: readonly Uint8Array[] = [
  `0x${'00'.repeat(32)}`,
  `0x01${'00'.repeat(31)}`,
  '0x26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '0xc7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  `0xec${'ff'.repeat(30)}7f`,
  `0xed${'ff'.repeat(30)}7f`,
  `0xee${'ff'.repeat(30)}7f`,
].map(fromHex);

function isWeakKey(scheme: 'sr25519' | 'ed25519', account: Uint8Array): boolean {
  // Ristretto has no small subgroup: the identity, 32 zero bytes, is the only such key of sr25519.
  if (scheme === 'sr25519') return account.every((byte) => byte === 0);
  const unsigned = account.slice();
  unsigned[31] = (unsigned[31] ?? 0) & 0x7f;
  return SMALL_ORDER.some((point) => equalBytes(point, unsigned));
}

function number(bigEndian: Uint8Array): bigint {
  return BigInt(toHex(bigEndian));
}
