import { isNodeTrouble, messageOf, RescueError } from '../domain/errors.js';
/** How often a step may be signed anew after an extrinsic provably got lost. */
const MAX_SIGNATURES = 3;
/**
 * Carries a step out once. The order that makes a crash harmless at any point:
 * 1. the machine's snapshot is on disk; 2. the signed bytes are; 3. the mark `sent` is; 4. the bytes go out.
 * After a restart the chain is asked what became of those bytes before anything is sent, and only bytes that can
 * provably not be included any more are replaced.
 */
export function createStepExecutor({ feed, journal, submitter, tell }) {
    const current = (paraId, signal) => feed.next(paraId, -1, signal);
    const requirePossible = async (step, observation) => {
        if (step.isMoot(observation))
            throw moot(step);
        const obstacles = await step.obstacles(observation);
        if (obstacles.length === 0)
            return;
        throw new RescueError('RESCUE_CHAIN_REFUSES', `Cannot ${step.title}: ${obstacles.join('; ')}.`);
    };
    const sign = async (step, lost) => {
        const extrinsic = await submitter.sign(await step.call());
        const entry = { key: step.key, status: 'signed', extrinsic, lost, note: null };
        await journal.put(entry);
        tell(step.paraId, 'step-signed', `signed and journalled: ${step.title}`, {
            extrinsic: extrinsic.hash,
            callHash: extrinsic.callHash,
            signer: extrinsic.signer,
            nonce: extrinsic.nonce,
        });
        return entry;
    };
    const send = async (step, entry) => {
        const sent = { ...entry, status: 'sent' };
        if (entry.status === 'signed') {
            await journal.put(sent);
            tell(step.paraId, 'step-sent', `sent to the relay chain: ${step.title}`, {
                extrinsic: entry.extrinsic.hash,
            });
        }
        await submitter.broadcast(entry.extrinsic);
        return sent;
    };
    const finish = async (step, entry, observation) => {
        if (entry && entry.status !== 'done')
            await journal.put({ ...entry, status: 'done' });
        tell(step.paraId, 'step-done', `done on the relay chain: ${step.title}`, {
            relayBlock: observation.relay.number,
            extrinsic: entry?.extrinsic.hash ?? null,
        });
    };
    /** One look at a journalled extrinsic; returns the entry to go on with. Throws when the step has failed for good. */
    const pursue = async (step, entry, observation) => {
        if (entry.status === 'signed') {
            await requirePossible(step, observation);
            return send(step, entry);
        }
        const outcome = await submitter.outcome(entry.extrinsic);
        switch (outcome.kind) {
            case 'pending':
                return send(step, entry);
            case 'succeeded':
                if (observation.relay.number < outcome.block.number)
                    return entry;
                throw new RescueError('RESCUE_CALL_FAILED', `The extrinsic ${entry.extrinsic.hash} succeeded in relay block ${outcome.block.number}, but ${step.undoneBy(observation) ?? 'chain state does not show its effect'} (${step.title}).`);
            case 'failed':
                await journal.put({ ...entry, status: 'failed', note: outcome.reason });
                throw new RescueError('RESCUE_CALL_FAILED', `Relay block ${outcome.block.number} holds the extrinsic ${entry.extrinsic.hash}, but its call failed: ${outcome.reason}.`);
            case 'lost': {
                if (entry.lost.length + 1 >= MAX_SIGNATURES) {
                    throw new RescueError('RESCUE_EXTRINSIC_LOST', `${MAX_SIGNATURES} extrinsics for this step (${step.title}) got lost, the last because ${outcome.reason}.`);
                }
                tell(step.paraId, 'step-lost', `can never be included any more: ${outcome.reason}`, {
                    extrinsic: entry.extrinsic.hash,
                });
                await requirePossible(step, observation);
                return sign(step, [...entry.lost, entry.extrinsic]);
            }
        }
    };
    return {
        authorise: async (step, saved, signal) => {
            const observation = await current(step.paraId, signal);
            if ((await journal.get(step.key)) || step.isDone(observation))
                return;
            await requirePossible(step, observation);
            await saved();
            if (submitter.signer() === null) {
                tell(step.paraId, 'step-handed-over', `waiting for an outside signer: ${step.title}`);
                return;
            }
            await sign(step, []);
        },
        submit: async (step, signal) => {
            let entry = await journal.get(step.key);
            for (let observation = await current(step.paraId, signal);;) {
                if (step.isDone(observation))
                    return finish(step, entry, observation);
                if (!entry && step.isMoot(observation))
                    throw moot(step);
                try {
                    if (entry)
                        entry = await pursue(step, entry, observation);
                }
                catch (error) {
                    if (!isNodeTrouble(error))
                        throw error;
                    tell(step.paraId, 'node-trouble', `will try again at the next block: ${messageOf(error)}`);
                    // The mark in the journal decides what may be sent, not what this process remembers.
                    entry = await journal.get(step.key);
                }
                observation = await feed.next(step.paraId, observation.relay.number, signal);
            }
        },
    };
}
function moot(step) {
    return new RescueError('RESCUE_STATE_REFUSES', `Not needed any more, the para lives again: ${step.title}.`);
}
//# sourceMappingURL=step-executor.js.map