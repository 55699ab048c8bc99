import { diagnose } from '../domain/diagnosis.js';
/** Relay blocks after which nodes that did not answer are asked again. */
const ASK_AGAIN = 10;
const NOTHING_FOUND = {
    paraCodeHash: undefined,
    headKnown: undefined,
    nextBlockPanic: undefined,
};
/** Diagnoses one para. `onFindings` is called when its nodes answered, so that the diagnosis can be made anew. */
export function createDiagnostician(para, onFindings) {
    let askedFor = null;
    let findings = NOTHING_FOUND;
    let asking = Promise.resolve();
    const ask = async (head) => {
        const [paraCodeHash, headKnown, nextBlockPanic] = await Promise.all([
            unlessUnanswered(para.codeHash(head.hash)),
            unlessUnanswered(para.knowsHead(head.hash)),
            unlessUnanswered(para.probeNextBlock(head)),
        ]);
        if (askedFor?.head !== head.hash)
            return;
        findings = { paraCodeHash, headKnown, nextBlockPanic };
        onFindings();
    };
    return {
        diagnose: (observation, { relayLive, history, fleet }) => {
            const { head, relay } = observation;
            if (head && isQuestionDue(askedFor, findings, head.hash, relay.number)) {
                if (askedFor?.head !== head.hash)
                    findings = NOTHING_FOUND;
                askedFor = { head: head.hash, at: relay.number };
                asking = ask(head);
            }
            return diagnose({
                observation,
                relayLive,
                fleet,
                relayUpgradedAt: history.relayUpgradedAt ?? undefined,
                codeChangedAt: history.codeChangedAt ?? undefined,
                pvfRejected: history.upgradeAbortedAt !== null,
                ...findings,
            });
        },
        settled: () => asking,
    };
}
function isQuestionDue(asked, findings, head, now) {
    if (!asked || asked.head !== head)
        return true;
    return findings.nextBlockPanic === undefined && now >= asked.at + ASK_AGAIN;
}
/** A node that cannot be reached or lies says nothing; the rules then pass over what it would have told. */
async function unlessUnanswered(answer) {
    try {
        return await answer;
    }
    catch {
        return undefined;
    }
}
//# sourceMappingURL=diagnostician.js.map