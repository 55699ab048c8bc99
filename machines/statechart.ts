import { type DirectedGraphEdge, type DirectedGraphNode, toDirectedGraph } from 'xstate/graph';
import { recoveryMachine } from './recovery.ts';

type StateNode = DirectedGraphNode['stateNode'];

/** The machine as a Mermaid state diagram, drawn from its code. Transitions without a target are left out. */
export function drawStatechart(): string {
  // Arrows that leave a composite state stand outside of it, or Mermaid would draw their targets inside.
  const outward: string[] = [];
  const inner = drawStates(toDirectedGraph(recoveryMachine), 1, outward);
  return `${['stateDiagram-v2', ...inner, ...outward].join('\n')}\n`;
}

function drawStates(parent: DirectedGraphNode, depth: number, outward: string[]): string[] {
  const indent = '  '.repeat(depth);
  const [initial] = parent.stateNode.initial.target;
  const lines = initial ? [`${indent}[*] --> ${nameOf(initial)}`] : [];
  const arrows: string[] = [];
  for (const node of parent.children) {
    const { stateNode, children, edges } = node;
    if (children.length > 0) {
      const inside = drawStates(node, depth + 1, outward);
      lines.push(`${indent}state ${nameOf(stateNode)} {`, ...inside, `${indent}}`);
    }
    for (const edge of edges) {
      if (!edge.transition.target) continue;
      const arrow = `${nameOf(stateNode)} --> ${nameOf(edge.target)}: ${labelOf(edge)}`;
      if (edge.target.path.length === stateNode.path.length) arrows.push(indent + arrow);
      else outward.push(`  ${arrow}`);
    }
  }
  return [...lines, ...arrows];
}

function nameOf(state: StateNode): string {
  return state.path.at(-1) ?? state.key;
}

/** `OBSERVED [isStalled]`; what an actor reports is named by the actor: `planRoute done`. */
function labelOf({ transition: { eventType, guard } }: DirectedGraphEdge): string {
  const outcome = /^xstate\.(done|error)\.actor\.\d+\.(.+)$/.exec(eventType);
  const name = outcome
    ? `${actorOf(outcome[2] ?? '')} ${outcome[1] === 'done' ? 'done' : 'failed'}`
    : eventType;
  return typeof guard === 'string' ? `${name} [${guard}]` : name;
}

/** Unnamed actors have the id of their state; the actor's own name says more. */
function actorOf(stateId: string): string {
  const [invoked] = recoveryMachine.getStateNodeById(stateId).invoke;
  return typeof invoked?.src === 'string' ? invoked.src : stateId;
}
