import { inspectCode } from '../code/inspect.ts';
import type { ParaObservation } from '../domain/chain/observation.ts';
import { isNodeTrouble, messageOf, RescueError } from '../domain/errors.ts';
import { policyHash } from '../domain/policy/policy.ts';
import type { Code } from '../trial/code.ts';
import { apiWarnings, labelWarnings } from '../trial/trial.ts';
import { pageOfRehearsal } from './page-of-rehearsal.ts';
import type { RehearsalPlan } from './plan.ts';
import type { Played, Stage } from './play/play.ts';
import type { RehearsalReport, RehearsalVerdict, RehearsedState } from './report.ts';
import { shortcutsOf } from './shortcuts.ts';

/** Everything that a rehearsal came to, as plain data. */
export function reportOf(input: {
  readonly plan: RehearsalPlan;
  readonly stage: Stage;
  readonly played: Played;
  readonly own: Code;
  readonly proposed: Code;
  /** The code that the relay chain stored before. */
  readonly stored: Uint8Array;
}): RehearsalReport {
  const { plan, stage, played, own, proposed } = input;
  const { network, para, rescue } = stage;
  const { policy } = rescue;
  const labels = proposed.runtime ? labelWarnings(proposed, own) : [];
  const { specName, specVersion } = plan.relay.runtime.version;
  return {
    paraId: plan.paraId,
    verdict: withLabels(played.verdict, labels),
    relay: {
      genesis: network.relay.genesisHash,
      number: plan.relay.header.number,
      hash: plan.relay.hash,
      runtime: { specName, specVersion },
    },
    head: { number: plan.para.header.number, hash: plan.para.hash },
    code: { ...proposed.described, bytes: plan.code.length },
    ownCode: own.described,
    policy: {
      hash: plan.policy && policyHash(plan.policy),
      routes: policy.routes,
      heads: policy.recovery.heads,
      lockAgain: policy.recovery.lockAgain,
    },
    route: played.route?.name ?? null,
    steps: played.steps,
    heads: para.included.map(({ summary, relayBlock }) => ({ ...summary, includedAt: relayBlock })),
    before: rehearsedState(played.before),
    after: rehearsedState(played.after),
    relayBlocks: network.passed,
    warnings: [
      ...labels,
      ...apiWarnings(proposed, own),
      ...doorWarnings(input),
      ...lockWarnings(stage, played),
    ],
    shortcuts: shortcutsOf(plan, stage, played),
    page: pageOfRehearsal(input),
  };
}

/** What holders could not vote on, because a service refuses it. */
function doorWarnings({ plan, stored, own }: Parameters<typeof reportOf>[0]): string[] {
  const { version } = own.described;
  try {
    const expectSpec = version && { specName: version.specName };
    inspectCode(plan.code, {
      maxCodeSize: Number.MAX_SAFE_INTEGER,
      replacedCode: stored,
      ...(expectSpec && { expectSpec }),
    });
    return [];
  } catch (error) {
    if (!(error instanceof RescueError) || isNodeTrouble(error)) throw error;
    return [`no service would take it as a proposal: ${messageOf(error)}`];
  }
}

/** A policy may want a lock that its route cannot bring back. */
function lockWarnings({ rescue }: Stage, { verdict, after }: Played): string[] {
  const isOpen = verdict.kind === 'lives' && after.registrar?.locked !== true;
  return isOpen && rescue.policy.recovery.lockAgain
    ? ['the para stays unlocked: this route cannot add the lock again, the para itself has to']
    : [];
}

/** A code that nodes do not use is why a block of the para's own code is refused. */
function withLabels(verdict: RehearsalVerdict, labels: readonly string[]): RehearsalVerdict {
  if (verdict.kind === 'lives' || verdict.step !== 'first-heads' || labels.length === 0) return verdict;
  return { ...verdict, words: `${verdict.words}; ${labels.join('; ')}` };
}

/** What a rehearsal tells of the relay chain's state. */
export function rehearsedState(seen: ParaObservation): RehearsedState {
  const { head, mostRecentContext, lifecycle, currentCodeHash, futureCodeHash, futureCodeUpgradeAt } = seen;
  const { upgradeGoAhead, upgradeRestriction, upgradeCooldownUntil, registrar } = seen;
  return {
    head,
    mostRecentContext,
    lifecycle,
    currentCodeHash,
    futureCodeHash,
    futureCodeUpgradeAt,
    upgradeGoAhead,
    upgradeRestriction,
    upgradeCooldownUntil,
    registrar,
  };
}
