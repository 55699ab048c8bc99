import { RescueError } from '../domain/errors.js';
import { policyHash } from '../domain/policy.js';
import { decideRound } from '../domain/tally.js';
import { fromHex, toHex } from '../domain/units.js';
import { blake2b256 } from '../proof/hash.js';
import { createProofVerifier } from '../proof/read-proof.js';
import { electorateAt, recording } from './account-power.js';
import { parasHeadsKey, verifyAnchorEvidence } from './anchor-proof.js';
import { proofFromNodes } from './census-proof.js';
import { EVIDENCE_VERSION, encodeLine } from './evidence-format.js';
import { TallySums, tallyLine } from './evidence-tally.js';
import { collectPower } from './proven-power.js';
/**
 * The bundle, line by line: the same input gives the same bytes. Nodes that prove nothing are left out. It states what
 * the votes add up to by itself; it does not check signatures, which were checked at admission.
 * @throws RESCUE_PROOF_INVALID when the anchor's evidence does not hold or the nodes of a vote are missing; nothing was
 * given out then
 */
export async function* writeEvidence(input) {
    const { policy, optIn, anchor, evidence, finality, round, clock, decidedAt } = input;
    const electorate = verifyAnchorEvidence(policy.para, anchor, evidence, policy, input.layout);
    const proposals = input.proposals.toSorted((a, b) => (a.hash < b.hash ? -1 : 1));
    const votes = input.votes.toSorted((a, b) => (a.account < b.account ? -1 : 1));
    const nodes = await collectNodes(input, votes);
    yield encodeLine({ kind: 'pararescue-evidence', version: EVIDENCE_VERSION });
    yield encodeLine({ kind: 'policy', hash: policyHash(policy), policy });
    if (optIn?.action === 'opt-in')
        yield encodeLine({ kind: 'opt-in', ...optIn, action: optIn.action });
    yield encodeLine({
        kind: 'anchor',
        anchor: {
            relay: anchor.relay,
            head: anchor.head,
            mostRecentContext: anchor.mostRecentContext,
            codeHash: anchor.codeHash,
            runtime: anchor.runtime,
        },
        relayHeader: evidence.relayHeader,
        headProof: headProof(policy.para, anchor, evidence).map(toHex),
        paraHeader: evidence.paraHeader,
    });
    if (input.layout)
        yield encodeLine({ kind: 'layout', layout: input.layout });
    if (finality)
        yield encodeLine(finalityLine(finality));
    yield encodeLine({ kind: 'round', round, clock, decidedAt });
    for (const { hash, codeHash, codeSize, runtime, text, proposer, admittedAt } of proposals) {
        yield encodeLine({ kind: 'proposal', hash, codeHash, codeSize, runtime, text, proposer, admittedAt });
    }
    for (const bytes of nodes)
        yield encodeLine({ kind: 'node', bytes });
    const sums = new TallySums(proposals.map(({ hash }) => hash));
    for (const vote of votes) {
        const { account, proposal, choice, sequence, signature, scheme, power, admittedAt } = vote;
        sums.add(proposal, choice, power);
        const cast = { account, proposal, choice, sequence, signature, scheme, admittedAt };
        yield encodeLine({ kind: 'vote', ...cast, power: power.toString() });
    }
    const tallies = sums.tallies(electorate, policy.voting);
    const candidates = tallies.map((tally, index) => ({
        ...tally,
        admittedAt: proposals[index]?.admittedAt ?? 0,
    }));
    const decision = decideRound(candidates, clock, decidedAt, policy.voting);
    yield encodeLine({
        kind: 'result',
        electorate: electorate.toString(),
        votes: votes.length,
        tallies: tallies.map(tallyLine),
        decision: decision.kind === 'approved' ? approval(decision.proposal, proposals) : { kind: decision.kind },
    });
}
function approval(proposal, proposals) {
    const found = proposals.find(({ hash }) => hash === proposal);
    if (!found)
        throw new RescueError('RESCUE_INTERNAL', `The approved proposal ${proposal} is unknown.`);
    return { kind: 'approved', proposal, codeHash: found.codeHash };
}
function finalityLine({ form, proof, set }) {
    const authorities = set.authorities.map(({ id, weight }) => ({ id: toHex(id), weight: weight.toString() }));
    return { kind: 'finality', form, proof: toHex(proof), setId: set.setId.toString(), authorities };
}
function headProof(para, anchor, { headProof: proof }) {
    const known = byHash(proof.map(fromHex));
    const used = proofFromNodes(fromHex(anchor.relay.stateRoot), [parasHeadsKey(para)], known);
    return [...(used?.values() ?? [])];
}
/** The nodes of the electorate and of all votes, each once, as sorted hex. */
async function collectNodes({ policy, anchor, evidence, layout, proofOf }, votes) {
    const { stateRoot } = anchor.head;
    const root = fromHex(stateRoot);
    const used = new Map();
    const electorate = evidence.electorateProof.map(fromHex);
    const { keys, get } = recording(createProofVerifier(root, electorate).get);
    electorateAt(policy, get, layout);
    proofFromNodes(root, keys, byHash(electorate), used);
    for (const { account } of votes) {
        const proven = await collectPower(policy, account, stateRoot, (wanted) => proofOf(wanted, account), layout);
        proofFromNodes(root, proven.keys, byHash(proven.nodes), used);
    }
    return [...used.values()].map(toHex).sort();
}
function byHash(nodes) {
    return new Map(nodes.map((node) => [toHex(blake2b256(node)), node]));
}
//# sourceMappingURL=evidence-writer.js.map