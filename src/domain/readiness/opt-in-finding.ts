import type { ParaObservation } from '../chain/observation.ts';
import type { OptIn } from '../round/round.ts';
import type { AccountHex } from '../units.ts';
import { type Finding, obstacle, ok } from './finding.ts';

const OPT_IN = 'the registrar manager signs "pararescue opt-in", or the para opts in at its rescue contract';

/** Whether the para asked to be rescued, by whoever may ask for it now. */
export function optInFinding(
  optIn: OptIn | null,
  isInForce: boolean,
  { registrar }: Pick<ParaObservation, 'registrar'>,
): Finding {
  if (optIn === null) return obstacle('opt-in', 'people', 'the para has not opted in', OPT_IN);
  if (optIn.action === 'opt-out') {
    return obstacle('opt-in', 'people', 'the para has opted out: a dead para stays dead', OPT_IN);
  }
  if (isInForce) return ok('opt-in', `policy ${optIn.policy} is in force`);
  return obstacle('opt-in', 'people', whyNot(optIn, registrar?.manager), OPT_IN);
}

function whyNot(optIn: OptIn, manager: AccountHex | undefined): string {
  const { policy } = optIn;
  if ('contract' in optIn) return `the policy ${policy} of the rescue contract is not known to this service`;
  if ('signatures' in optIn && optIn.account === manager) {
    return `policy ${policy} was signed for the registrar's manager ${manager} by a proxy that it does not have any more`;
  }
  return `policy ${policy} was signed by ${optIn.account}, but the registrar's manager of the para is now ${manager ?? 'nobody'}`;
}
