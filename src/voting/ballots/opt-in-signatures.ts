import { RescueError } from '../../domain/errors.ts';
import type { JointOptIn, ManagerOptIn } from '../../domain/round/round.ts';
import type { AccountHex } from '../../domain/units.ts';
import { multisigAccount } from '../../keys/multisig.ts';
import { verifyOfPerson } from './signature-slips.ts';
import { optInText } from './texts.ts';

/**
 * The account that an opt-in or opt-out is really signed by: of a key, or the multisig of which enough signatories signed. Whether
 * it may act for the manager that the act names is for the relay chain's state to tell.
 * @throws RESCUE_SIGNATURE_INVALID, RESCUE_OPT_IN_INVALID
 */
export function verifyOptIn(optIn: ManagerOptIn): AccountHex {
  const text = optInText(optIn);
  if ('signature' in optIn) {
    verifyOfPerson({ ...optIn, text });
    return optIn.account;
  }
  const account = requireSigned(optIn);
  for (const { account, signature, scheme } of optIn.signatures) {
    verifyOfPerson({ text, account, signature, scheme });
  }
  return account;
}

/** As `verifyOptIn`, without a look at the signatures themselves. @throws RESCUE_OPT_IN_INVALID */
function requireSigned({ signatures, multisig }: JointOptIn): AccountHex {
  const signers = signatures.map(({ account }) => account);
  if (new Set(signers).size !== signers.length) throw invalid('An account signed more than once.');
  if (multisig === null) {
    const [only] = signers;
    if (only === undefined || signers.length > 1) {
      throw invalid('It is of no multisig, so it has the signature of exactly one account.');
    }
    return only;
  }
  const { account, signatories, threshold } = accountOf(multisig);
  const stranger = signers.find((signer) => !signatories.includes(signer));
  if (stranger !== undefined) throw invalid(`${stranger} is no signatory of the multisig ${account}.`);
  if (signers.length < threshold) {
    throw invalid(
      `${signers.length} of the ${threshold} signatures are there that the multisig ${account} needs.`,
    );
  }
  return account;
}

function accountOf(multisig: NonNullable<JointOptIn['multisig']>) {
  try {
    return multisigAccount(multisig);
  } catch (cause) {
    if (cause instanceof RescueError) throw invalid(cause.message);
    throw cause;
  }
}

function invalid(sentence: string): RescueError {
  return new RescueError('RESCUE_OPT_IN_INVALID', sentence);
}
