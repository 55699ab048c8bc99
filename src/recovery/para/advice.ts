import type { RecoveryContext } from '../../../machines/context.ts';
import type { ParaObservation } from '../../domain/chain/observation.ts';
import { needsNoBlock } from '../../domain/diagnosis/remedies.ts';
import type { Diagnosis } from '../../domain/diagnosis/verdict.ts';
import { aftercareOf } from '../../domain/round/aftercare.ts';
import type { Proposal } from '../../domain/round/round.ts';
import type { RelayBlock } from '../../domain/units.ts';
import type { ReleaseView } from '../../domain/views/release.ts';
import type { OwnCode } from '../../readiness/look-at-para.ts';
import type { Route } from '../../routes/route.ts';
import { lateWarning } from '../acts/late-opt-in.ts';
import { HELD } from './held.ts';

/** What somebody should do next, in plain lines, for each state; empty when nothing is needed. */
export function adviceFor(
  state: string,
  context: RecoveryContext,
  seen: {
    readonly observation: ParaObservation | null;
    readonly diagnosis: Diagnosis | null;
    readonly optedIn: boolean;
    /** What is proposed in the open round. */
    readonly proposals: readonly Pick<Proposal, 'hash' | 'trial'>[];
    /** Why no allowed route could carry a decision out; null when one could, as far as is known. */
    readonly impossible: string | null;
    /** The para's own code, where it was read. */
    readonly own?: OwnCode | null;
    /** Relay block of an opt-in that came when the para had stopped already. */
    readonly late?: RelayBlock | null;
    /** How far the decision is released; null where nobody is asked to. */
    readonly release?: Pick<ReleaseView, 'released' | 'sentence'> | null;
    /** The route that was planned. */
    readonly route: Pick<Route, 'advice' | 'lockAdvice'> | null;
  },
): string[] {
  const { diagnosis, observation } = seen;
  switch (state) {
    case 'healthy':
      return aftercare(seen);
    case 'stalled': {
      const replaced =
        context.trouble?.code === 'RESCUE_CODE_REPLACED' ? [`${context.trouble.message}.`] : [];
      if (!diagnosis) return replaced;
      const { remedies, warnings } = diagnosis;
      const avoid = warnings.length === 0 ? '' : ` Avoid: ${warnings.join('; ')}.`;
      const lines = [...replaced, `What helps: ${remedies.join('; or ')}.${avoid}`];
      if (!diagnosis.curableByCode) return lines;
      if (observation && !needsNoBlock({ observation })) {
        lines.push(
          'An opt-in and a vote do not help on this relay chain: it takes code that the registrar schedules into use with the next block of the para only. Root of the relay chain can set it, or the operators of the collators get over the block.',
        );
      } else if (!seen.optedIn) {
        lines.push(
          'The para has not opted in, so its holders cannot vote: its registrar manager can sign "pararescue opt-in --while-stopped", which every voter is told.',
        );
      } else if (seen.impossible !== null) {
        lines.push(
          `No allowed route could carry a decision out, so that holders do not vote unless the policy lets them (withoutRoute): ${seen.impossible}`,
        );
      } else if (context.stalledAt !== null) {
        lines.push('A rescue opens by itself when the grace of the policy is over.');
      }
      return lines;
    }
    case 'optInRescue':
      return context.anchor
        ? [
            ...lateWarning(seen.late),
            ...warnVoters(seen.impossible),
            `Propose a runtime with spec version ${context.anchor.runtime.specVersion}: "pararescue propose" (round ${context.round}).`,
          ]
        : ['The last head is being proven; proposals are taken when that is done.'];
    case 'voting':
      return [
        ...lateWarning(seen.late),
        ...warnVoters(seen.impossible),
        `Vote with "pararescue vote" before relay block ${context.clock?.closesAt ?? '?'} (now ${observation?.relay.number ?? '?'}).`,
        ...seen.proposals.flatMap(markOf),
      ];
    case 'upgrading.planning':
      return unreleased(context, seen.release);
    case 'upgrading.carryingOut':
      return [...unreleased(context, seen.release), ...(seen.route?.advice(context) ?? [])];
    case 'upgrading.relocking':
      return [...(seen.route?.lockAdvice?.(context) ?? [])];
    case 'upgrading.awaitingFirstHeads':
      if (seen.own != null && seen.own.codeHash === context.approved?.codeHash) {
        return [
          "No substitute is needed: the approved code is the para's own. Nodes that have one of an earlier attempt take it out of their chain spec and restart.",
        ];
      }
      return context.headAtEnactment === null
        ? [
            'Collators and node operators: fetch the substitute and add it to the chain spec now, before the relay switches.',
          ]
        : [
            'Collators and node operators: restart with the substitute in the chain spec. If the code builds no blocks either, an operator can let holders decide anew with "retry --new-round".',
          ];
    case 'escalated':
      return [...unreleased(context, seen.release), ...escalatedAdvice(context)];
    case HELD:
      return [
        'Operator: see what is missing with "pararescue store check", and restore a backup with "pararescue store restore". Where there is none, "pararescue store accept-loss" lets the para go on without it, in a new round.',
      ];
    default:
      return [];
  }
}

/** What is asked of people before anything is signed. */
function unreleased(
  { paraId, approved }: RecoveryContext,
  release: Pick<ReleaseView, 'released' | 'sentence'> | null | undefined,
): string[] {
  if (release == null || release.released) return [];
  return [
    `The decision for code ${approved?.codeHash} ${release.sentence}. Nothing is signed or sent before: each of them gives "pararescue release ${paraId}". Whoever wants to leave the decision lets holders decide anew with "retry --new-round".`,
  ];
}

/** Of a para that lives under other code than its own: on a substitute. */
function aftercare({
  observation,
  own,
}: {
  readonly observation: ParaObservation | null;
  readonly own?: OwnCode | null;
}): string[] {
  const codeHash = observation?.currentCodeHash ?? null;
  if (observation === null || own == null || codeHash === null || own.codeHash === codeHash) return [];
  // Once its next upgrade is scheduled there, the substitute has had its time.
  if (observation.futureCodeHash !== null) return [];
  return aftercareOf({
    codeHash,
    ownCodeHash: own.codeHash,
    specVersion: own.specVersion,
    from: null,
    locked: observation.registrar?.locked ?? null,
  });
}

/** Nothing that was approved is lost. */
function escalatedAdvice({ waiting, approved, trouble }: RecoveryContext): string[] {
  const otherwise =
    'Whoever wants to leave it lets holders decide anew with "retry --new-round"; its manager can opt out.';
  if (approved === null) return ['An operator can let holders decide anew with "retry --new-round".'];
  if (waiting?.on === 'obstacle' && waiting.obstacle !== null) {
    return [
      `The decision for code ${approved.codeHash} stays approved, and goes on by itself when this is gone: ${waiting.obstacle}`,
      otherwise,
    ];
  }
  if (waiting?.on === 'people') {
    return [
      `The decision for code ${approved.codeHash} stays approved, but does not go on by itself: ${trouble?.message ?? 'it ended once already'}. "retry" has it go on as it is.`,
      otherwise,
    ];
  }
  return [
    `The decision for code ${approved.codeHash} stays approved. It goes on by itself when something that stands in its way has come and gone; "retry" has it go on now.`,
    otherwise,
  ];
}

/** What everybody who proposes or votes must know. */
function warnVoters(impossible: string | null): string[] {
  return impossible === null
    ? []
    : [
        `Before you propose or vote: as things are, no allowed route could carry the decision out. ${impossible}`,
      ];
}

/** What voters must know of a proposal that was admitted though its trial says nothing good of it, or nothing. */
function markOf({ hash, trial }: Pick<Proposal, 'hash' | 'trial'>): string[] {
  if (trial === undefined || trial.outcome === 'accepted') return [];
  const what = trial.outcome === 'failed' ? 'fails when it is tried' : 'was not tried';
  return [`Before you vote for proposal ${hash}: it ${what}. ${trial.sentence}`];
}
