import { readStall } from '../domain/stall.js';
import { advanceClock, decideRound } from '../domain/tally.js';
import { gatherFacts, isOptInInForce } from './facts.js';
import { openRoundBook } from './round-book.js';
import { createSerialQueue } from './serial-queue.js';
export async function createParaDesk(options) {
    const { para, runner, ledger, feed, diagnostician } = options;
    const queue = createSerialQueue();
    let optIn = await ledger.optIn(para.id);
    let sighting = null;
    let latest = null;
    let openBook = null;
    const policyInForce = async (observation) => {
        if (!optIn || !isOptInInForce(optIn, observation))
            return null;
        const rules = await ledger.policy(optIn.policy);
        return rules && { hash: optIn.policy, rules };
    };
    const book = async () => {
        const { anchor, round, policy } = runner.context();
        if (!anchor || !policy || round === 0) {
            openBook = null;
        }
        else if (openBook?.key.anchor !== anchor.head.hash ||
            openBook.key.round !== round ||
            openBook.policy !== policy.rules) {
            openBook = await openRoundBook(ledger, { paraId: para.id, anchor: anchor.head.hash, round }, anchor, policy.rules);
        }
        return openBook;
    };
    const look = async (seen) => {
        const { observation } = seen;
        const policy = await policyInForce(observation);
        const stall = readStall(observation, policy?.rules.stall.gapBlocks ?? para.stallGapBlocks);
        const context = runner.context();
        const diagnosis = isDiagnosisWanted(runner.state(), stall)
            ? diagnostician.diagnose(observation, {
                relayLive: stall.relayLive,
                history: context.history,
                fleet: seen.fleet,
            })
            : null;
        latest = { observation, stall, diagnosis };
        const present = await book();
        runner.send({
            type: 'OBSERVED',
            facts: gatherFacts({
                observation,
                relaySpecVersion: seen.relaySpecVersion,
                stall,
                diagnosis,
                policy,
                proposals: present?.proposals().length ?? 0,
                round: present && roundFacts(present, context, observation.relay.number),
            }),
        });
        feed.publish(observation);
    };
    return {
        para,
        queue,
        runner,
        latest: () => latest,
        optIn: () => optIn,
        setOptIn: (next) => {
            optIn = next;
        },
        observe: async (seen) => {
            if (sighting && seen.observation.relay.number <= sighting.observation.relay.number)
                return;
            sighting = seen;
            await look(seen);
        },
        review: async () => {
            if (sighting)
                await look(sighting);
        },
        book,
    };
}
/** A diagnosis is kept current from the gap on until the approved code is on its way. */
function isDiagnosisWanted(state, stall) {
    return stall.stalled || (state !== 'healthy' && !state.startsWith('upgrading'));
}
function roundFacts(book, context, now) {
    if (!context.clock)
        return null;
    const { voting } = book.policy;
    const tallies = book.tallies();
    const clock = advanceClock(context.clock, now, tallies.some((tally) => tally.quorate), voting);
    const decision = decideRound(tallies, clock, now, voting);
    const approved = decision.kind === 'approved'
        ? book.proposals().find(({ hash }) => hash === decision.proposal)
        : undefined;
    return { clock, decision, codeHash: approved?.codeHash ?? null };
}
//# sourceMappingURL=para-desk.js.map