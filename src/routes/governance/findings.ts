import type { GovernanceReader } from '../../domain/ports/governance.ts';
import { answerOf } from '../../domain/readiness/answer-of.ts';
import { type Finding, obstacle, ok, unknown, warning } from '../../domain/readiness/finding.ts';
import { blocksAndHours } from '../../domain/readiness/time.ts';
import type { RouteLook } from '../look.ts';

/** Whether governance could have the para's code replaced: nothing is known of how voters would decide. */
export async function governanceFindings(
  { observation }: RouteLook,
  governance: GovernanceReader | null,
): Promise<Finding[]> {
  return [authorisationFinding(observation), await referendaFinding(observation.paraId, governance)];
}

function authorisationFinding({ authorizedCode, relay }: RouteLook['observation']): Finding {
  if (authorizedCode === undefined) {
    return obstacle(
      'authorised-code',
      'nothing',
      'this relay chain has no authorised code hashes: its root could only set the whole code itself',
    );
  }
  if (authorizedCode === null || authorizedCode.expireAt <= relay.number) {
    return ok('authorised-code', 'no code is authorised for the para; root of the relay chain can do so');
  }
  const left = blocksAndHours(authorizedCode.expireAt - relay.number);
  return warning(
    'authorised-code',
    `root of the relay chain authorised code ${authorizedCode.codeHash} for the para: anybody can set it for another ${left}`,
    'apply it, or have root authorise it with a period of 0, which takes it back',
  );
}

async function referendaFinding(paraId: number, governance: GovernanceReader | null): Promise<Finding> {
  if (governance === null) {
    return warning(
      'governance',
      'the configuration names no chain of governance, so that only its effect on the relay chain is seen',
      'name its endpoints (governance.endpoints)',
    );
  }
  const look = await answerOf(() => governance.look(paraId));
  if ('trouble' in look)
    return unknown('governance', `the chain of governance cannot be read: ${look.trouble}`);
  const open = look.referenda.filter(({ stage: { kind } }) => kind !== 'ended' && kind !== 'dispatched');
  if (open.length === 0) return ok('governance', 'no open referendum is about the para');
  return warning(
    'governance',
    `open referenda are about the para: ${open.map(({ index }) => index).join(', ')}`,
    'look at them with "pararescue governance status"',
  );
}
