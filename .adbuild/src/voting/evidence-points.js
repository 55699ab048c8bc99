/** What is checked, in the order in which one thing rests on another. */
export const EVIDENCE_POINTS = {
    format: 'The bundle is whole and in its canonical form',
    policy: 'The policy has the hash that it is known by',
    'opt-in': 'The opt-in names this policy and is signed',
    'relay-header': "The relay header has the anchor's hash, number and state root",
    finality: 'The relay block is final',
    head: 'The relay state holds a head of the para',
    'para-header': "That head has the anchor's hash, number and state root",
    layout: "The storage is read as the para's metadata lays it out",
    electorate: 'The para state at the head gives the electorate',
    proposals: 'Each proposal has its hash and belongs to this para, head and round',
    votes: 'Each vote is the only one of its account, on a proposal of the round, in time',
    signatures: 'Each vote is signed by its account, for this round and nothing else',
    powers: 'The para state gives the power of each vote',
    tally: 'The votes add up to the tallies',
    decision: 'The rules of the policy give the decision',
};
const NAMES = Object.keys(EVIDENCE_POINTS);
/** Findings by point; the first failure of a point stays. */
export class PointBoard {
    #found = new Map();
    holds(point, detail) {
        if (!this.#found.has(point))
            this.#found.set(point, { status: 'holds', detail });
    }
    open(point, detail) {
        if (!this.#found.has(point))
            this.#found.set(point, { status: 'not covered', detail });
    }
    fails(point, detail) {
        if (this.#found.get(point)?.status !== 'fails')
            this.#found.set(point, { status: 'fails', detail });
    }
    /** The first of these points that does not hold. */
    notHeld(...points) {
        return points.find((point) => this.#found.get(point)?.status !== 'holds') ?? null;
    }
    failed() {
        return NAMES.find((point) => this.#found.get(point)?.status === 'fails') ?? null;
    }
    points() {
        return NAMES.map((point) => ({
            point,
            title: EVIDENCE_POINTS[point],
            ...(this.#found.get(point) ?? { status: 'not covered', detail: 'an earlier point fails' }),
        }));
    }
}
//# sourceMappingURL=evidence-points.js.map