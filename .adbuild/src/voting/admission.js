import { RescueError } from '../domain/errors.js';
import { exclusionOf } from './account-power.js';
import { checkBallotShape } from './ballot-shape.js';
import { verifySignature } from './signature.js';
import { voteText } from './texts.js';
/**
 * Checks a vote from cheap to expensive and gives it as it counts; nothing is stored here:
 * 1. shape and sizes;
 * 2. bound to the open round: relay, para, anchor, round, an admitted proposal, not closed;
 * 3. the policy does not exclude the account;
 * 4. sequence above the one counted so far;
 * 5. signature;
 * 6. voting power above zero.
 *
 * Needs `signaturesReady()`.
 * @throws RESCUE_VOTE_INVALID, RESCUE_VOTE_SEQUENCE, RESCUE_VOTE_NO_POWER, RESCUE_SIGNATURE_INVALID, and what
 * `previous` and `provePower` throw.
 */
export async function admitBallot(input) {
    const { policy, round, now } = input;
    const ballot = checkBallotShape(input.ballot);
    checkBinding(ballot, round, now);
    const { account } = ballot;
    const exclusion = exclusionOf(policy, account);
    if (exclusion !== null) {
        throw new RescueError('RESCUE_VOTE_NO_POWER', `The policy gives account ${account} no vote: ${exclusion}.`);
    }
    const counted = await input.previous(account);
    if (counted !== null && counted.sequence >= ballot.sequence) {
        throw new RescueError('RESCUE_VOTE_SEQUENCE', `A vote of ${account} with sequence ${counted.sequence} already counts; to replace it, sign one with a sequence above that.`, { details: { counted: counted.sequence } });
    }
    verifySignature({ ...ballot, text: voteText(ballot) });
    const power = await input.provePower(account);
    if (power <= 0n) {
        throw new RescueError('RESCUE_VOTE_NO_POWER', `Account ${account} held nothing that counts at the last included head ${ballot.anchor}; what it received later does not vote.`);
    }
    return { ...ballot, power, admittedAt: now };
}
function checkBinding(ballot, round, now) {
    const refuse = (sentence) => {
        throw new RescueError('RESCUE_VOTE_INVALID', sentence);
    };
    if (ballot.relayGenesis !== round.relayGenesis) {
        refuse(`The vote is for the relay chain with genesis ${ballot.relayGenesis}, but this is ${round.relayGenesis}.`);
    }
    if (ballot.paraId !== round.paraId) {
        refuse(`The vote is for para ${ballot.paraId}, but the round is of para ${round.paraId}.`);
    }
    if (ballot.anchor !== round.anchor) {
        refuse(`The vote is bound to head ${ballot.anchor}, but the open round to head ${round.anchor}.`);
    }
    if (ballot.round !== round.round) {
        refuse(`The vote is for round ${ballot.round}, but round ${round.round} is open.`);
    }
    if (!round.proposals.has(ballot.proposal)) {
        refuse(`No proposal with hash ${ballot.proposal} was admitted to this round.`);
    }
    if (now >= round.clock.closesAt) {
        refuse(`The round closed at relay block ${round.clock.closesAt}; finalized is ${now}.`);
    }
}
//# sourceMappingURL=admission.js.map