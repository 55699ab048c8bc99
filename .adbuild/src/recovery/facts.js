/** The machine's view of one observation; JSON only. */
export function gatherFacts(input) {
    const { observation, stall } = input;
    return {
        relayBlock: observation.relay.number,
        relayHash: observation.relay.hash,
        head: observation.head && { hash: observation.head.hash, number: observation.head.number },
        mostRecentContext: observation.mostRecentContext,
        stallAge: stall.age,
        relayLive: stall.relayLive,
        stalled: stall.stalled,
        diagnosis: input.diagnosis,
        codeHash: observation.currentCodeHash,
        futureCodeHash: observation.futureCodeHash,
        upgradeAborted: observation.upgradeGoAhead === 'Abort',
        relaySpecVersion: input.relaySpecVersion,
        locked: observation.registrar?.locked ?? null,
        policy: input.policy,
        proposals: input.proposals,
        round: input.round,
    };
}
/**
 * An opt-in counts while the account that signed it is the para's registrar manager: a manager who handed the para
 * over has no say in its rescue any more.
 */
export function isOptInInForce(optIn, observation) {
    return optIn?.action === 'opt-in' && optIn.account === observation.registrar?.manager;
}
//# sourceMappingURL=facts.js.map