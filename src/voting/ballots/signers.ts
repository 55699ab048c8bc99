import { RescueError, type RescueErrorCode } from '../../domain/errors.ts';
import type { EthereumMapping } from '../../domain/policy/signer-rules.ts';
import type { AccountSignature, ActSignature, JointSignature } from '../../domain/round/round.ts';
import type { AccountHex } from '../../domain/units.ts';
import { multisigAccount } from '../../keys/multisig.ts';
import type { SignedText } from './signature.ts';

/** Whose signatures an act has, before anybody looked at them. */
export interface Signers {
  /** The account that they are of together: of one key, or a multisig. Whether it may speak for the account that the act names is another question. */
  readonly signer: AccountHex;
  readonly isMultisig: boolean;
  readonly signatures: readonly AccountSignature[];
}

/**
 * Who signed an act of `account`, and that it are as many as the multisig asks for, each once. A signatory that is a multisig itself has no
 * signature, so nested multisigs do not sign.
 * @throws the error with `code`
 */
export function signersOf(account: AccountHex, act: ActSignature, code: RescueErrorCode): Signers {
  if ('signature' in act) {
    const own = { account, signature: act.signature, scheme: act.scheme };
    return { signer: account, isMultisig: false, signatures: [own] };
  }
  const signer = jointSigner(act, account.length === 42 ? 20 : 32, code);
  return { signer, isMultisig: act.multisig !== null, signatures: act.signatures };
}

/**
 * As `signersOf`, for acts that strangers send: no more signatures than needed, for each is checked.
 * @throws the error with `code`
 */
export function neededSigners(account: AccountHex, act: ActSignature, code: RescueErrorCode): Signers {
  const signers = signersOf(account, act, code);
  const needed = 'signature' in act ? 1 : (act.multisig?.threshold ?? 1);
  if (signers.signatures.length > needed) {
    throw new RescueError(
      code,
      `It has ${signers.signatures.length} signatures where ${needed} are needed: leave the others out.`,
    );
  }
  return signers;
}

/** The same text for each of them. */
export function signedTexts(
  { signatures }: Signers,
  text: string,
  mapping?: EthereumMapping | undefined,
): SignedText[] {
  return signatures.map(({ account, signature, scheme }) => ({
    text,
    account,
    signature,
    scheme,
    ...(mapping !== undefined && { mapping }),
  }));
}

function jointSigner(
  { signatures, multisig }: JointSignature,
  accountBytes: 20 | 32,
  code: RescueErrorCode,
): AccountHex {
  const invalid = (sentence: string) => new RescueError(code, sentence);
  const signers = signatures.map(({ account }) => account);
  if (new Set(signers).size !== signers.length) throw invalid('An account signed more than once.');
  if (multisig === null) {
    const [only] = signers;
    if (only === undefined || signers.length > 1) {
      throw invalid('It is of no multisig, so it has the signature of exactly one account.');
    }
    return only;
  }
  const { account, signatories, threshold } = accountOf(multisig, accountBytes, invalid);
  const stranger = signers.find((signer) => !signatories.includes(signer));
  if (stranger !== undefined) throw invalid(`${stranger} is no signatory of the multisig ${account}.`);
  if (signers.length < threshold) {
    throw invalid(
      `${signers.length} of the ${threshold} signatures are there that the multisig ${account} needs.`,
    );
  }
  return account;
}

function accountOf(
  multisig: NonNullable<JointSignature['multisig']>,
  accountBytes: 20 | 32,
  invalid: (sentence: string) => RescueError,
) {
  try {
    return multisigAccount(multisig, accountBytes);
  } catch (cause) {
    if (cause instanceof RescueError) throw invalid(cause.message);
    throw cause;
  }
}
