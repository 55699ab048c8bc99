import { recoveryMachine } from './recovery.ts';

/** What the drawing needs of an XState state node; the library's own types hide it behind generics. */
interface StateNode {
  readonly key: string;
  readonly path: readonly string[];
  readonly states: Readonly<Record<string, StateNode>>;
  readonly transitions: ReadonlyMap<string, readonly Transition[]>;
  readonly initial: { readonly target: readonly StateNode[] };
}

interface Transition {
  readonly guard?: unknown;
  readonly target: readonly StateNode[] | undefined;
}

/** The machine as a Mermaid state diagram, drawn from its code. Transitions without a target are left out. */
export function drawStatechart(): string {
  const root = recoveryMachine.root as unknown as StateNode;
  // Arrows that leave a composite state stand outside of it, or Mermaid would draw their targets inside.
  const outward: string[] = [];
  const inner = drawStates(root, 1, outward);
  return `${['stateDiagram-v2', ...inner, ...outward].join('\n')}\n`;
}

function drawStates(parent: StateNode, depth: number, outward: string[]): string[] {
  const indent = '  '.repeat(depth);
  const [initial] = parent.initial.target;
  const lines = initial ? [`${indent}[*] --> ${nameOf(initial)}`] : [];
  const arrows: string[] = [];
  for (const state of Object.values(parent.states)) {
    if (Object.keys(state.states).length > 0) {
      lines.push(`${indent}state ${nameOf(state)} {`, ...drawStates(state, depth + 1, outward), `${indent}}`);
    }
    for (const [event, transitions] of state.transitions) {
      for (const transition of transitions) {
        for (const target of transition.target ?? []) {
          const arrow = `${nameOf(state)} --> ${nameOf(target)}: ${labelOf(event, transition)}`;
          if (target.path.length === state.path.length) arrows.push(indent + arrow);
          else outward.push(`  ${arrow}`);
        }
      }
    }
  }
  return [...lines, ...arrows];
}

function nameOf(state: StateNode): string {
  return state.path.at(-1) ?? state.key;
}

/** `OBSERVED [isStalled]`; what an actor reports is named by the actor: `submitStep done`. */
function labelOf(event: string, { guard }: Transition): string {
  const outcome = /^xstate\.(done|error)\.actor\.\d+\.(.+)$/.exec(event);
  const name = outcome ? `${actorOf(outcome[2] ?? '')} ${outcome[1] === 'done' ? 'done' : 'failed'}` : event;
  return typeof guard === 'string' ? `${name} [${guard}]` : name;
}

/** Unnamed actors have the id of their state; the actor's own name says more. */
function actorOf(stateId: string): string {
  const node = recoveryMachine.getStateNodeById(stateId);
  const [invoked] = node.invoke;
  return typeof invoked?.src === 'string' ? invoked.src : stateId;
}
