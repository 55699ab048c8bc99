import { describeAccount } from '../../domain/account-names.ts';
import { RescueError } from '../../domain/errors.ts';
import { collatorsAlone } from '../../domain/policy/collator-rules.ts';
import type { SignerRules } from '../../domain/policy/signer-rules.ts';
import type { CollatorBody } from '../../domain/round/collators.ts';
import type { Ballot, CountedVote, RoundPlace } from '../../domain/round/round.ts';
import type { RoundClock } from '../../domain/round/tally.ts';
import type { AccountHex, Hex, Planck, RelayBlock } from '../../domain/units.ts';
import { exclusionOf, type PowerRules } from '../power/account-power.ts';
import { checkBallotShape } from './ballot-shape.ts';
import { type SignedText, verifySignature } from './signature.ts';
import { neededSigners, signedTexts } from './signers.ts';
import { type Delegates, requireSpeaker } from './speaker.ts';
import { voteText } from './texts.ts';

/** The round that is open for votes. */
export interface RoundBinding extends RoundPlace {
  /** Hashes of the proposals admitted to this round. */
  readonly proposals: ReadonlySet<Hex>;
  readonly clock: Pick<RoundClock, 'closesAt'>;
}

export interface AdmissionInput {
  /** Whatever came in; the shape is checked first. */
  readonly ballot: unknown;
  readonly policy: PowerRules & SignerRules;
  readonly round: RoundBinding;
  /** Who collates the para at the anchor; left out or null where the policy has no collators decide. */
  readonly collators?: CollatorBody | null | undefined;
  /** Finalized relay block at which the vote is admitted. */
  readonly now: RelayBlock;
  /** Hold the signatures of one act of `account`; `verifySignature` of each when left out. A service lets others have their turn in between. */
  readonly verify?:
    | ((signed: readonly SignedText[], account: AccountHex) => void | Promise<void>)
    | undefined;
  /** The account's vote that counts so far in this round. */
  readonly previous: (account: AccountHex) => Promise<Pick<CountedVote, 'sequence'> | null>;
  /** Who may speak for others; nobody when left out. Asked after the signatures, for it may cost a proof. */
  readonly delegates?: Delegates | undefined;
  /**
   * The account's voting power from storage proven at the anchor. The expensive part: called last, and only for an
   * account that signed the vote; not at all where collators alone decide. Throws its own coded error when nothing can be proven now.
   */
  readonly provePower: (account: AccountHex) => Promise<Planck>;
}

/**
 * Checks a vote from cheap to expensive and gives it as it counts; nothing is stored here:
 * 1. shape and sizes;
 * 2. bound to the open round: relay, para, anchor, round and its id, an admitted proposal, not closed;
 * 3. the policy does not exclude the account, and has it decide: where collators alone do, it is one of them;
 * 4. sequence above the one counted so far;
 * 5. as many signatures as are needed, each of another signatory;
 * 6. the signatures;
 * 7. they are the account's, or of a proxy that it had at the anchor;
 * 8. voting power above zero, or a voice as a collator.
 *
 * Needs `signaturesReady()`.
 * @throws RESCUE_VOTE_INVALID, RESCUE_VOTE_SEQUENCE, RESCUE_VOTE_NO_POWER, RESCUE_SIGNATURE_INVALID,
 * and what `verify`, `previous` and `provePower` throw.
 */
export async function admitBallot(input: AdmissionInput): Promise<CountedVote> {
  const { policy, round, now } = input;
  const ballot = checkBallotShape(input.ballot);
  checkBinding(ballot, round, now);
  const { account } = ballot;
  const exclusion = exclusionOf(policy, account);
  if (exclusion !== null) {
    throw new RescueError(
      'RESCUE_VOTE_NO_POWER',
      `The policy gives account ${describeAccount(account)} no vote: ${exclusion}.`,
    );
  }
  const isCollator = input.collators?.members.has(account) === true;
  const alone = collatorsAlone(policy);
  if (alone && !isCollator) {
    throw new RescueError(
      'RESCUE_VOTE_NO_POWER',
      `Collators alone decide by this policy, and ${account} is none of them at the last included head ${ballot.anchor}: it is not in ${policy.collators?.sets.join(' or ')} there.`,
    );
  }
  const counted = await input.previous(account);
  if (counted !== null && counted.sequence >= ballot.sequence) {
    throw new RescueError(
      'RESCUE_VOTE_SEQUENCE',
      `A vote of ${account} with sequence ${counted.sequence} already counts; to replace it, sign one with a sequence above that.`,
      { details: { counted: counted.sequence } },
    );
  }
  const signers = neededSigners(account, ballot, 'RESCUE_VOTE_INVALID');
  await (input.verify ?? verifyEach)(
    signedTexts(signers, voteText(ballot), policy.signers?.ethereum),
    account,
  );
  await requireSpeaker(account, signers, input.delegates, 'RESCUE_VOTE_INVALID');
  const power = alone ? 0n : await input.provePower(account);
  if (power <= 0n && !isCollator) {
    throw new RescueError(
      'RESCUE_VOTE_NO_POWER',
      `Account ${account} held nothing that counts at the last included head ${ballot.anchor}; what it received later does not vote.`,
    );
  }
  return { ...ballot, power, ...(isCollator && { collator: true }), admittedAt: now };
}

/** `verify` of an act where nobody else waits. Needs `signaturesReady()`. @throws RESCUE_SIGNATURE_INVALID */
export function verifyEach(signed: readonly SignedText[]): void {
  for (const one of signed) verifySignature(one);
}

/** @throws RESCUE_VOTE_INVALID when the act (`vote`, `endorsement`) is bound to something else than the open round. */
export function checkBinding(
  ballot: Omit<Ballot, 'choice'>,
  round: RoundBinding,
  now: RelayBlock,
  act = 'vote',
): void {
  const refuse = (sentence: string): never => {
    throw new RescueError('RESCUE_VOTE_INVALID', sentence);
  };
  if (ballot.relayGenesis !== round.relayGenesis) {
    refuse(
      `The ${act} is for the relay chain with genesis ${ballot.relayGenesis}, but this is ${round.relayGenesis}.`,
    );
  }
  if (ballot.paraId !== round.paraId) {
    refuse(`The ${act} is for para ${ballot.paraId}, but the round is of para ${round.paraId}.`);
  }
  if (ballot.anchor !== round.anchor) {
    refuse(`The ${act} is bound to head ${ballot.anchor}, but the open round to head ${round.anchor}.`);
  }
  if (ballot.round !== round.round) {
    refuse(`The ${act} is for round ${ballot.round}, but round ${round.round} is open.`);
  }
  if (ballot.roundId !== round.roundId) {
    refuse(
      `The ${act} is for the round with id ${ballot.roundId}, but the open one is ${round.roundId}: same head and number, but another policy, or the head became the last one anew. Sign again for the round that is open.`,
    );
  }
  if (!round.proposals.has(ballot.proposal)) {
    refuse(`No proposal with hash ${ballot.proposal} was admitted to this round.`);
  }
  if (now >= round.clock.closesAt) {
    refuse(`The round closed at relay block ${round.clock.closesAt}; finalized is ${now}.`);
  }
}
