/** Context values that belong to one stall and end with it. */
export const NO_STALL = {
    stalledAt: null,
    stalledHead: null,
    stalledContext: null,
    policy: null,
    anchor: null,
    round: 0,
    clock: null,
    approved: null,
    plan: null,
    headAtEnactment: null,
    trouble: null,
};
export const NO_HISTORY = {
    codeHash: null,
    codeChangedAt: null,
    upgradeAbortedAt: null,
    relaySpecVersion: null,
    relayUpgradedAt: null,
};
/** History with one more block of facts. */
export function extendHistory(history, seen) {
    const codeChanged = history.codeHash !== null && seen.codeHash !== history.codeHash;
    const relayUpgraded = history.relaySpecVersion !== null && seen.relaySpecVersion !== history.relaySpecVersion;
    return {
        codeHash: seen.codeHash,
        codeChangedAt: codeChanged ? seen.relayBlock : history.codeChangedAt,
        upgradeAbortedAt: codeChanged ? null : seen.upgradeAborted ? seen.relayBlock : history.upgradeAbortedAt,
        relaySpecVersion: seen.relaySpecVersion,
        relayUpgradedAt: relayUpgraded ? seen.relayBlock : history.relayUpgradedAt,
    };
}
//# sourceMappingURL=context.js.map