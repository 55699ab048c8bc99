import { RescueError } from '../../domain/errors.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import type { CountedEndorsement } from '../../domain/round/endorsement.ts';
import type { AccountHex, Hex } from '../../domain/units.ts';
import { type AdmissionInput, checkBinding, verifyEach } from './admission.ts';
import { checkEndorsementShape } from './ballot-shape.ts';
import { neededSigners, signedTexts } from './signers.ts';
import { requireSpeaker } from './speaker.ts';
import { endorsementText } from './texts.ts';

export interface EndorsementInput extends Pick<AdmissionInput, 'round' | 'now' | 'verify' | 'delegates'> {
  /** Whatever came in; the shape is checked first. */
  readonly endorsement: unknown;
  readonly policy: Pick<Policy, 'endorsement' | 'signers'>;
  /** The account's latest statement on this proposal in this round. */
  readonly previous: (
    account: AccountHex,
    proposal: Hex,
  ) => Promise<Pick<CountedEndorsement, 'sequence'> | null>;
}

/**
 * Checks an endorsement, or its withdrawal, from cheap to expensive: shape, the policy's technical body, the open round,
 * sequence, signatures, who signed for whom. Nothing is stored here. Whether a proposal is endorsed then, `isEndorsed` tells.
 *
 * Needs `signaturesReady()`.
 * @throws RESCUE_VOTE_INVALID (also when the policy has no endorsement), RESCUE_VOTE_NO_POWER for an account outside the
 * body, RESCUE_VOTE_SEQUENCE, RESCUE_SIGNATURE_INVALID, and what `verify` and `previous` throw.
 */
export async function admitEndorsement(input: EndorsementInput): Promise<CountedEndorsement> {
  const endorsement = checkEndorsementShape(input.endorsement);
  const { account, proposal, sequence } = endorsement;
  const rule = input.policy.endorsement;
  if (rule === undefined) {
    throw new RescueError(
      'RESCUE_VOTE_INVALID',
      'The policy has no endorsement: nobody can shorten the vote.',
    );
  }
  checkBinding(endorsement, input.round, input.now, 'endorsement');
  if (!rule.accounts.includes(account)) {
    throw new RescueError(
      'RESCUE_VOTE_NO_POWER',
      `Account ${account} is not one of those that may endorse by the policy.`,
    );
  }
  const latest = await input.previous(account, proposal);
  if (latest !== null && latest.sequence >= sequence) {
    throw new RescueError(
      'RESCUE_VOTE_SEQUENCE',
      `A statement of ${account} on this proposal with sequence ${latest.sequence} is already known; sign one with a sequence above that.`,
      { details: { counted: latest.sequence } },
    );
  }
  const signers = neededSigners(account, endorsement, 'RESCUE_VOTE_INVALID');
  await (input.verify ?? verifyEach)(
    signedTexts(signers, endorsementText(endorsement), input.policy.signers?.ethereum),
    account,
  );
  await requireSpeaker(account, signers, input.delegates, 'RESCUE_VOTE_INVALID');
  return { ...endorsement, admittedAt: input.now };
}
