import { encodeText } from '../../bytes/bytes.ts';
import { isHex, toHex } from '../../bytes/hex.ts';
import { RescueError } from '../../domain/errors.ts';
import { SIGNATURE_SCHEMES, type SignatureScheme } from '../../domain/round/round.ts';
import {
  isAccountOf,
  isSignatureOver,
  isSignedAsShown,
  type SignedText,
  signatureFormProblem,
  usualSignature,
  verifySignature,
} from './signature.ts';
import { wrapped } from './text-forms.ts';

/**
 * As `verifySignature`, for what a person has just signed: what is refused is looked at again for the slips that people make with wallets, which
 * the error names. Bounded: a handful of curve operations more.
 * @throws RESCUE_SIGNATURE_INVALID
 */
export function verifyOfPerson(signed: SignedText): void {
  try {
    verifySignature(signed);
  } catch (error) {
    if (!(error instanceof RescueError) || !isHex(signed.signature) || !isHex(signed.account)) throw error;
    const slip = slipOf(signed);
    // What is wrong with its form was said already.
    if (slip === null && signatureFormProblem(signed) !== null) throw error;
    throw new RescueError('RESCUE_SIGNATURE_INVALID', `${error.message} ${slip ?? UNKNOWN_SLIP}`, {
      details: { ...(slip !== null && { slip }) },
    });
  }
}

const UNKNOWN_SLIP =
  'Line breaks, <Bytes> around the text and the network of the address make no difference. Was it signed by another account of the wallet, as a key of another kind (sr25519, ed25519, ecdsa, ethereum), or over the text of another choice, proposal, round or sequence? A multisig has no key: its signatories sign (--multisig), and for a pure proxy its proxy (--for).';

/** Null when none of the known slips explains it. */
function slipOf(signed: SignedText): string | null {
  const { text, account, signature, scheme, mapping } = signed;
  const usual = usualSignature(signature, scheme);
  if (usual !== signature && scheme !== 'ethereum' && isSignedAsShown({ ...signed, signature: usual })) {
    return `It is right but for its first byte, a mark of the kind of key that some wallets put in front: leave ${signature.slice(0, 4)} out.`;
  }
  for (const other of SIGNATURE_SCHEMES) {
    if (other === scheme || !isAccountOf({ scheme: other, mapping }, (account.length - 2) / 2)) continue;
    if (isSignedAsShown({ ...signed, scheme: other, signature: usualSignature(signature, other) })) {
      return schemeSlip(other);
    }
  }
  if (signatureFormProblem(signed) !== null) return null;
  const hex = toHex(encodeText(text));
  if (isSignedAsShown({ ...signed, text: hex })) {
    return 'The hex of the text was signed as if it were the text: sign the text, or its hex where the wallet takes hex for bytes.';
  }
  if (isSignatureOver(encodeText(wrapped(wrapped(text))), signed)) {
    return 'The text was wrapped in <Bytes> twice: wallets do that by themselves, so give them the text alone.';
  }
  return null;
}

function schemeSlip(scheme: SignatureScheme): string {
  return `It is a right signature by a key of the kind ${scheme}: say so (--scheme ${scheme}, or "scheme": "${scheme}").`;
}
