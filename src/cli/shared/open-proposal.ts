import type { ServiceClient } from '../../client/service-client.ts';
import { RescueError } from '../../domain/errors.ts';
import type { Proposal } from '../../domain/round/round.ts';
import type { Hex, ParaId } from '../../domain/units.ts';

/** A proposal of the para's open round by its hash. @throws RESCUE_NOT_FOUND naming those that are open */
export async function openProposal(client: ServiceClient, paraId: ParaId, wanted: Hex): Promise<Proposal> {
  const proposals = await client.proposals(paraId);
  const proposal = proposals.find(({ hash }) => hash === wanted);
  if (proposal) return proposal;
  const open = proposals.map(({ hash }) => hash).join(', ');
  throw new RescueError(
    'RESCUE_NOT_FOUND',
    `para ${paraId} has no open proposal ${wanted}; ${open === '' ? 'none is open' : `open: ${open}`}`,
  );
}
