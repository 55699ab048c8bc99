/** Relay blocks without a head between two lines about the gap. */
const GAP_STEP = 4;
export function watchChain(options) {
    const { network, client, narrator, paraId } = options;
    let lastHeadAt = network.relay.chain.best.number;
    let panicked = '';
    const waiters = new Set();
    const onProduced = ({ relay, para }) => {
        for (const wake of waiters)
            wake();
        if (para) {
            lastHeadAt = relay.number;
            narrator.tell('head', `relay block ${relay.number} includes para head ${para.number}`, {
                relayBlock: relay.number,
                head: para.number,
            });
            return;
        }
        const switchAt = plannedSwitch(network);
        const gap = relay.number - lastHeadAt;
        if (switchAt !== null && switchAt >= relay.number) {
            narrator.tell('countdown', `relay block ${relay.number}: blocks until the code switches: ${switchAt - relay.number}`, {
                relayBlock: relay.number,
                expectedAt: switchAt,
            });
        }
        else if (gap % GAP_STEP === 0) {
            narrator.tell('gap', `relay block ${relay.number}: no para head for ${gap} blocks`, {
                relayBlock: relay.number,
                gap,
            });
        }
    };
    const onPanic = ({ message }) => {
        if (message === panicked)
            return;
        panicked = message;
        narrator.tell('panic', `collators: ${message.replace(/\s+/g, ' ')}`);
    };
    network.on('produced', onProduced);
    network.on('collation-failed', onPanic);
    return {
        until: async (fits) => {
            while (!fits(await client.para(paraId))) {
                await new Promise((resolve) => {
                    const wake = () => {
                        waiters.delete(wake);
                        resolve();
                    };
                    waiters.add(wake);
                });
            }
        },
        stop: () => {
            network.off('produced', onProduced);
            network.off('collation-failed', onPanic);
        },
    };
}
/** The relay block of this para's scheduled switch (`Paras.FutureCodeUpgradesAt`), or null. */
function plannedSwitch(network) {
    const planned = network.readRelay('paras', 'futureCodeUpgradesAt');
    return planned?.find(([id]) => id === network.paraId)?.[1] ?? null;
}
//# sourceMappingURL=chain-watch.js.map