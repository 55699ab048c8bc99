import type { ParaObservation } from '../../domain/chain/observation.ts';
import { printable } from '../../domain/plain-text.ts';
import { blocksAndHours } from '../../domain/readiness/time.ts';
import type { RoutePlan, RouteStep, StepCall } from '../../domain/route/route.ts';
import { viewOfRelay } from '../../domain/route/view.ts';
import { holds, isReadable, obstacles } from '../../routes/facts.ts';
import { accountText } from '../shared/signing.ts';

/**
 * The steps of a plan, a line each and one more for the call: what is done, who makes the next call, what it takes. The
 * service shows the relay chain alone; what rests on the contract is not told here.
 */
export async function planLines(plan: RoutePlan, observation: ParaObservation | null): Promise<string[]> {
  const view = observation && viewOfRelay(observation, null);
  const isDone = ({ after }: RouteStep) =>
    view !== null && after.length > 0 && after.every((fact) => isReadable(fact, view) && holds(fact, view));
  const next = plan.steps.find((step) => !isDone(step));
  const lines: string[] = [];
  for (const [at, step] of plan.steps.entries()) {
    const done = isDone(step);
    lines.push(`${at + 1}. ${printable(step.title)}${done ? ': done' : ''}`);
    if (done) continue;
    const details = [
      step.call && (await callText(step.call)),
      step.expectedBlocks === null ? null : `takes about ${blocksAndHours(step.expectedBlocks)}`,
    ].filter((detail) => detail !== null);
    if (details.length > 0) lines.push(`   ${details.join('; ')}`);
    if (step !== next || view === null) continue;
    const needed = [...step.while, ...step.before].filter((fact) => isReadable(fact, view));
    lines.push(...obstacles(needed, view).map((reason) => `   not now: ${printable(reason)}`));
  }
  for (const { account, amount, what } of plan.costs) {
    lines.push(`held by ${await accountText(account)}: ${amount} planck, ${printable(what)}`);
  }
  return lines;
}

const PARTS = {
  watcher: 'each watcher',
  operator: 'an operator',
  signatory: 'another signatory',
  anybody: 'anybody',
} as const;

async function callText({ method, signer }: StepCall): Promise<string> {
  return `${printable(method)} by ${isPart(signer) ? PARTS[signer] : await accountText(signer)}`;
}

function isPart(signer: StepCall['signer']): signer is keyof typeof PARTS {
  return signer in PARTS;
}
