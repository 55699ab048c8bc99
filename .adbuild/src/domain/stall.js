/** Finality lag, in relay blocks, above which the relay itself counts as stalled and every clock pauses. */
export const RELAY_LAG_LIMIT = 20;
/** Stall rule of chain-facts section 1: counted in finalized relay blocks, never in wall time. */
export function readStall(observation, gap, lagLimit = RELAY_LAG_LIMIT) {
    const { relay, relayBest, mostRecentContext, lifecycle, hasCore } = observation;
    const relayLive = relayBest - relay.number <= lagLimit;
    const age = mostRecentContext === null ? null : Math.max(0, relay.number - mostRecentContext);
    const scheduled = isLiveLifecycle(lifecycle) && hasCore !== false;
    return { age, relayLive, stalled: relayLive && scheduled && age !== null && age >= gap };
}
/** Lifecycles in which a para can have blocks included; the Upgrading and Downgrading ones still can. */
export function isLiveLifecycle(lifecycle) {
    return (lifecycle === 'Parachain' ||
        lifecycle === 'Parathread' ||
        lifecycle === 'UpgradingParathread' ||
        lifecycle === 'DowngradingParachain');
}
//# sourceMappingURL=stall.js.map