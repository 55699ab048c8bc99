import { recoveryMachine } from './recovery.js';
/** The machine as a Mermaid state diagram, drawn from its code. Transitions without a target are left out. */
export function drawStatechart() {
    const root = recoveryMachine.root;
    // Arrows that leave a composite state stand outside of it, or Mermaid would draw their targets inside.
    const outward = [];
    const inner = drawStates(root, 1, outward);
    return `${['stateDiagram-v2', ...inner, ...outward].join('\n')}\n`;
}
function drawStates(parent, depth, outward) {
    const indent = '  '.repeat(depth);
    const [initial] = parent.initial.target;
    const lines = initial ? [`${indent}[*] --> ${nameOf(initial)}`] : [];
    const arrows = [];
    for (const state of Object.values(parent.states)) {
        if (Object.keys(state.states).length > 0) {
            lines.push(`${indent}state ${nameOf(state)} {`, ...drawStates(state, depth + 1, outward), `${indent}}`);
        }
        for (const [event, transitions] of state.transitions) {
            for (const transition of transitions) {
                for (const target of transition.target ?? []) {
                    const arrow = `${nameOf(state)} --> ${nameOf(target)}: ${labelOf(event, transition)}`;
                    if (target.path.length === state.path.length)
                        arrows.push(indent + arrow);
                    else
                        outward.push(`  ${arrow}`);
                }
            }
        }
    }
    return [...lines, ...arrows];
}
function nameOf(state) {
    return state.path.at(-1) ?? state.key;
}
/** `OBSERVED [isStalled]`; what an actor reports is named by the actor: `submitStep done`. */
function labelOf(event, { guard }) {
    const outcome = /^xstate\.(done|error)\.actor\.\d+\.(.+)$/.exec(event);
    const name = outcome ? `${actorOf(outcome[2] ?? '')} ${outcome[1] === 'done' ? 'done' : 'failed'}` : event;
    return typeof guard === 'string' ? `${name} [${guard}]` : name;
}
/** Unnamed actors have the id of their state; the actor's own name says more. */
function actorOf(stateId) {
    const node = recoveryMachine.getStateNodeById(stateId);
    const [invoked] = node.invoke;
    return typeof invoked?.src === 'string' ? invoked.src : stateId;
}
//# sourceMappingURL=statechart.js.map