import type { ManagerOptIn } from '../../domain/round/round.ts';
import type { AccountHex } from '../../domain/units.ts';
import { verifyOfPerson } from './signature-slips.ts';
import { signedTexts, signersOf } from './signers.ts';
import { optInText } from './texts.ts';

/**
 * The account that an opt-in or opt-out is really signed by: of a key, or the multisig of which enough signatories signed. Whether
 * it may act for the manager that the act names is for the relay chain's state to tell.
 * @throws RESCUE_SIGNATURE_INVALID, RESCUE_OPT_IN_INVALID
 */
export function verifyOptIn(optIn: ManagerOptIn): AccountHex {
  const signers = signersOf(optIn.account, optIn, 'RESCUE_OPT_IN_INVALID');
  for (const signed of signedTexts(signers, optInText(optIn))) verifyOfPerson(signed);
  return signers.signer;
}
