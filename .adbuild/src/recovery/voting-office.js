import { RescueError } from '../domain/errors.js';
import { toHex } from '../domain/units.js';
import { powerKeys } from '../voting/account-power.js';
import { admitBallot } from '../voting/admission.js';
import { provePower } from '../voting/proven-power.js';
/** Checks a vote from cheap to expensive and counts it; see `RescueService.vote`. */
export async function admitVote(office, desk, ballot) {
    const { genesis, ledger, hub } = office;
    const { book, clock, now } = await desk.queue.run(() => requireOpenRound(desk));
    const proofs = [];
    const counted = await admitBallot({
        ballot,
        policy: book.policy,
        now,
        round: {
            relayGenesis: genesis,
            paraId: desk.para.id,
            anchor: book.key.anchor,
            round: book.key.round,
            proposals: new Set(book.proposals().map(({ hash }) => hash)),
            clock,
        },
        previous: async (account) => book.vote(account),
        provePower: async (account) => {
            const proof = await readProvenPower(office, desk, book, account);
            proofs.push(proof);
            return proof.power;
        },
    });
    return desk.queue.run(async () => {
        const present = await requireOpenRound(desk);
        if (present.book !== book || present.now >= present.clock.closesAt) {
            throw new RescueError('RESCUE_STATE_REFUSES', 'The round ended while the vote was being checked; it is not counted.');
        }
        const vote = { ...counted, admittedAt: present.now };
        for (const { keys, nodes } of proofs)
            await ledger.putVote(vote, keys.map(toHex), nodes);
        book.addVote(vote);
        hub.tell(desk.para.id, 'vote-counted', `${vote.choice} by ${vote.account} with power ${vote.power}`, {
            account: vote.account,
            choice: vote.choice,
            proposal: vote.proposal,
            power: vote.power.toString(),
            sequence: vote.sequence,
        });
        return vote;
    });
}
/** An account's storage at the anchor with its path; see `RescueService.accountProof`. */
export async function proveAccount(office, desk, account) {
    const book = await desk.queue.run(() => desk.book());
    const stored = book && (await office.ledger.anchor(desk.para.id, book.key.anchor));
    if (!book || !stored) {
        throw new RescueError('RESCUE_STATE_REFUSES', 'No anchor is frozen for this para, so there is nothing to prove against.');
    }
    const { keys, values, nodes, power } = await readProvenPower(office, desk, book, account);
    return {
        account,
        anchor: stored.anchor,
        evidence: stored.evidence,
        storageKeys: keys.map(toHex),
        values: values.map((value) => value && toHex(value)),
        nodes: nodes.map(toHex),
        power,
    };
}
/** From the ledger when the account was proven before, so that it needs no living para node; otherwise from the para. */
async function readProvenPower({ ledger }, desk, { policy, anchor, key }, account) {
    const { head } = anchor;
    const keys = powerKeys(policy, account);
    const stored = await Promise.all(keys.map((item) => ledger.proofOf(desk.para.id, key.anchor, toHex(item))));
    const nodes = stored.every((proof) => proof !== null)
        ? distinct(stored.flat())
        : await desk.para.reader.readProof(head.hash, keys);
    return { ...provePower(policy, account, head.stateRoot, nodes), nodes };
}
function distinct(nodes) {
    return [...new Map(nodes.map((node) => [toHex(node), node])).values()];
}
async function requireOpenRound(desk) {
    const state = desk.runner.state();
    const { clock } = desk.runner.context();
    const book = state === 'voting' ? await desk.book() : null;
    const now = desk.latest()?.observation.relay.number;
    if (!book || !clock) {
        throw new RescueError('RESCUE_STATE_REFUSES', `The para is in state ${state}; votes are taken in voting.`);
    }
    if (now === undefined) {
        throw new RescueError('RESCUE_STATE_REFUSES', 'The service has just started and has seen no finalized relay block yet; try again in a moment.');
    }
    return { book, clock, now };
}
//# sourceMappingURL=voting-office.js.map