export const STANCES = ['endorse', 'withdraw'];
/**
 * True when enough members endorse the proposal. For each member the statement on this proposal with the highest
 * sequence counts; statements of accounts that aren't members are passed over.
 */
export function isEndorsed(proposal, statements, endorsement) {
    if (endorsement === undefined)
        return false;
    const members = new Set(endorsement.accounts);
    const latest = new Map();
    for (const statement of statements) {
        const { account, sequence } = statement;
        if (statement.proposal !== proposal || !members.has(account))
            continue;
        if (sequence > (latest.get(account)?.sequence ?? -1))
            latest.set(account, statement);
    }
    const count = [...latest.values()].filter(({ stance }) => stance === 'endorse').length;
    return count >= endorsement.threshold;
}
//# sourceMappingURL=endorsement.js.map