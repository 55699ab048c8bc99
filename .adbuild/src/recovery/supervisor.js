import { fromPromise } from 'xstate';
import { isNodeTrouble, messageOf } from '../domain/errors.js';
import { readStall } from '../domain/stall.js';
import { freezeAnchor } from './anchor-freezer.js';
import { createBlockFeed } from './block-feed.js';
import { createDiagnostician } from './diagnostician.js';
import { createEventHub } from './event-hub.js';
import { startMachine } from './machine-runner.js';
import { createParaDesk } from './para-desk.js';
import { planRoute, relockStep, scheduleStep } from './route-actors.js';
import { createStepExecutor } from './step-executor.js';
/** Heads that stopped within so many relay blocks of each other stopped together. */
const TOGETHER = 2;
export async function startSupervisor(options) {
    const { relay, snapshots, journal, ledger, submitter } = options;
    const desks = new Map();
    const feed = createBlockFeed();
    const hub = createEventHub({
        log: snapshots,
        relayBlock: (paraId) => feed.latest(paraId)?.relay.number ?? null,
        onEvent: options.onEvent,
        onFailed: options.onFatal,
    });
    const steps = createStepExecutor({ feed, journal, submitter, tell: hub.tell });
    const routes = { feed, relay, ledger, submitter };
    let latest = null;
    const actorsOf = (para, saved) => ({
        freezeAnchor: fromPromise(({ input }) => freezeAnchor({ relay, para: para.reader, ledger }, input)),
        planRoute: fromPromise(({ input, signal }) => throughNodeTrouble(para.id, signal, () => planRoute(routes, input, signal))),
        authoriseStep: fromPromise(({ input, signal }) => throughNodeTrouble(para.id, signal, () => steps.authorise(scheduleStep(routes, input), saved, signal))),
        submitStep: fromPromise(async ({ input, signal }) => {
            await saved();
            await steps.submit(scheduleStep(routes, input), signal);
        }),
        relock: fromPromise(async ({ input, signal }) => {
            const step = relockStep(input);
            await throughNodeTrouble(para.id, signal, () => steps.authorise(step, saved, signal));
            // Nobody must wait for an outside signer to go on watching a living para.
            if (submitter.signer() !== null)
                await steps.submit(step, signal);
        }),
    });
    /** Nodes come back: the same act is tried again at each new block until it works or fails for a reason of its own. */
    const throughNodeTrouble = async (paraId, signal, act) => {
        for (;;) {
            const seen = feed.latest(paraId)?.relay.number ?? -1;
            try {
                return await act();
            }
            catch (error) {
                if (!isNodeTrouble(error))
                    throw error;
                hub.tell(paraId, 'node-trouble', `will try again at the next block: ${messageOf(error)}`);
                await feed.next(paraId, seen, signal);
            }
        }
    };
    const openDesk = async (para) => {
        const runner = await startMachine({
            paraId: para.id,
            snapshots,
            actors: (saved) => actorsOf(para, saved),
            now: options.now,
            onSaved: hub.announce,
            onSaveFailed: options.onFatal,
        });
        const diagnostician = createDiagnostician(para.reader, () => {
            const desk = desks.get(para.id);
            if (desk)
                report(desk, desk.queue.run(desk.review));
        });
        return createParaDesk({ para, runner, ledger, feed, diagnostician });
    };
    /** What goes wrong while one block is taken in is told, and the next block is tried. */
    const report = (desk, work) => work.catch((error) => hub.tell(desk.para.id, 'trouble', messageOf(error)));
    for (const para of options.paras)
        desks.set(para.id, await openDesk(para));
    return {
        desks,
        hub,
        feed,
        latest: () => latest,
        run: async (signal) => {
            for await (const observation of relay.watch([...desks.keys()], signal)) {
                latest = observation;
                await Promise.all(observation.paras.map((seen) => {
                    const desk = desks.get(seen.paraId);
                    if (!desk)
                        return undefined;
                    const fleet = fleetOf(observation, desk);
                    return report(desk, desk.queue.run(() => desk.observe({ observation: seen, relaySpecVersion: observation.relaySpecVersion, fleet })));
                }));
            }
        },
        stop: async () => {
            await Promise.all([...desks.values()].map((desk) => desk.queue.idle()));
            await Promise.all([...desks.values()].map((desk) => desk.runner.stop()));
            await hub.written();
        },
    };
}
function fleetOf({ paras }, desk) {
    const withCore = paras.filter((para) => para.hasCore !== false && para.mostRecentContext !== null);
    const own = paras.find((para) => para.paraId === desk.para.id)?.mostRecentContext ?? null;
    const together = withCore.filter((para) => own !== null &&
        para.mostRecentContext !== null &&
        Math.abs(para.mostRecentContext - own) <= TOGETHER &&
        readStall(para, desk.para.stallGapBlocks).stalled);
    return { watched: withCore.length, stoppedTogether: together.length };
}
//# sourceMappingURL=supervisor.js.map