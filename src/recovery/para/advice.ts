import type { RecoveryContext } from '../../../machines/context.ts';
import type { ParaObservation } from '../../domain/chain/observation.ts';
import type { Diagnosis } from '../../domain/diagnosis/diagnosis.ts';

/** What somebody should do next, in plain lines, for each state; empty when nothing is needed. */
export function adviceFor(
  state: string,
  context: RecoveryContext,
  seen: {
    readonly observation: ParaObservation | null;
    readonly diagnosis: Diagnosis | null;
    readonly optedIn: boolean;
    readonly ownSigner: boolean;
  },
): string[] {
  const { diagnosis, observation } = seen;
  switch (state) {
    case 'healthy':
      return [];
    case 'stalled': {
      if (!diagnosis) return [];
      const lines = [`What helps: ${diagnosis.helps}. Avoid: ${diagnosis.avoid}.`];
      if (!diagnosis.curableByCode) return lines;
      if (!seen.optedIn) {
        lines.push(
          'The para has not opted in, so its holders cannot vote: its registrar manager can sign "pararescue opt-in".',
        );
      } else if (context.stalledAt !== null) {
        lines.push('A rescue opens by itself when the grace of the policy is over.');
      }
      return lines;
    }
    case 'optInRescue':
      return context.anchor
        ? [
            `Propose a runtime with spec version ${context.anchor.runtime.specVersion}: "pararescue propose" (round ${context.round}).`,
          ]
        : ['The last head is being proven; proposals are taken when that is done.'];
    case 'voting':
      return [
        `Vote with "pararescue vote" before relay block ${context.clock?.closesAt ?? '?'} (now ${observation?.relay.number ?? '?'}).`,
      ];
    case 'upgrading.submitting':
      if (context.plan?.route === 'contract') {
        return [
          'The rescue contract needs enough watchers to attest the decision; then an operator supplies the code. "pararescue contract status" tells how far it is.',
        ];
      }
      return seen.ownSigner
        ? []
        : [
            `Submit the approved code as the registrar manager: "pararescue code schedule --para ${context.paraId}"; the service goes on when the relay chain shows it.`,
          ];
    case 'upgrading.awaitingEnactment':
      return [
        'Collators and node operators: fetch the substitute and add it to the chain spec now, before the relay switches.',
      ];
    case 'upgrading.awaitingFirstHeads':
      return [
        'Collators and node operators: restart with the substitute in the chain spec. If the code builds no blocks either, an operator can open a new round with "retry".',
      ];
    case 'escalated':
      return [
        'No step is left that could be carried out by itself. An operator can open a new round with "retry", or take the matter to governance.',
      ];
    default:
      return [];
  }
}
