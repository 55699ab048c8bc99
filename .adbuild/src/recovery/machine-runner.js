import { createActor } from 'xstate';
import { restorable } from '../../machines/migrations.js';
import { RECOVERY_MACHINE, RECOVERY_VERSION, recoveryMachine, } from '../../machines/recovery.js';
/** `upgrading.submitting` for nested states. */
export function stateName(value) {
    if (typeof value === 'string')
        return value;
    if (value === null || typeof value !== 'object')
        return String(value);
    return Object.entries(value)
        .map(([parent, child]) => `${parent}.${stateName(child)}`)
        .join(',');
}
/**
 * Starts or restores the machine of a para.
 * @throws RescueError RESCUE_SNAPSHOT_INVALID when the saved snapshot does not fit this machine.
 */
export async function startMachine(options) {
    const { paraId, snapshots, now, onSaved, onSaveFailed } = options;
    let tail = Promise.resolve();
    const saved = async () => {
        // A save may add another one behind it; wait until the chain stands still.
        for (let seen = null; seen !== tail;) {
            seen = tail;
            await seen;
        }
    };
    const machine = recoveryMachine.provide({ actors: options.actors(saved) });
    const loaded = await snapshots.load(paraId);
    const actor = createActor(machine, {
        input: { paraId },
        ...(loaded ? { snapshot: restorable(loaded) } : {}),
    });
    let lastState = stateName(actor.getSnapshot().value);
    let lastSaved = '';
    let stopped = false;
    const save = () => {
        const snapshot = actor.getPersistedSnapshot();
        // Serialised now: a later transition must not leak into what is written for this one.
        const text = JSON.stringify(snapshot);
        if (text === lastSaved)
            return;
        lastSaved = text;
        const { value, context } = actor.getSnapshot();
        const state = stateName(value);
        const events = state === lastState ? [] : [stateChanged(context, lastState, state)];
        lastState = state;
        const record = {
            machine: RECOVERY_MACHINE,
            version: RECOVERY_VERSION,
            savedAt: now(),
            snapshot: JSON.parse(text),
        };
        tail = tail.then(() => snapshots.save(paraId, record, events)).then(onSaved);
        tail.catch(onSaveFailed);
    };
    actor.subscribe({ next: save, error: onSaveFailed });
    actor.start();
    save();
    await tail;
    return {
        state: () => stateName(actor.getSnapshot().value),
        context: () => actor.getSnapshot().context,
        send: (event) => {
            // What a node answers after the end changes nothing any more; the next start looks again.
            if (!stopped)
                actor.send(event);
        },
        saved,
        stop: async () => {
            stopped = true;
            actor.stop();
            await tail.catch(() => undefined);
        },
    };
}
function stateChanged(context, from, to) {
    return {
        paraId: context.paraId,
        relayBlock: context.relayBlock,
        type: 'state-changed',
        message: `${from} → ${to}${context.trouble ? `: ${context.trouble.message}` : ''}`,
        data: {
            from,
            to,
            round: context.round,
            anchor: context.anchor?.head.hash ?? null,
            approved: context.approved,
        },
    };
}
//# sourceMappingURL=machine-runner.js.map