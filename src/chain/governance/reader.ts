import { RescueError } from '../../domain/errors.ts';
import type { GovernanceReader } from '../../domain/ports/governance.ts';
import type { RelayReader } from '../../domain/ports/relay.ts';
import type { Hex, ParaId } from '../../domain/units.ts';
import type { FinalizedSource } from '../finality/source.ts';
import type { Endpoints } from '../nodes/endpoints.ts';
import { ProvenChain } from '../proven/proven-chain.ts';
import { chainAt } from './chain-at.ts';
import { governanceMemory, lookAtGovernance } from './look.ts';

/** Follows the referenda of another chain, read at the head of it that the relay chain includes. */
export function createGovernanceReader(options: {
  readonly hub: Endpoints;
  readonly hubId: ParaId;
  /** The relay chain: its nodes, what is proven of it, and which of its blocks are final. */
  readonly endpoints: Endpoints;
  readonly proven: ProvenChain;
  readonly finality: Pick<FinalizedSource, 'newest'>;
  readonly relay: Pick<RelayReader, 'includedHead'>;
}): GovernanceReader {
  const { hub, hubId, endpoints, proven, finality, relay } = options;
  const hubProven = new ProvenChain();
  const memory = governanceMemory();
  /** The last look at each para: several ask at the same head. */
  const last = new Map<ParaId, { readonly at: Hex; readonly look: ReturnType<typeof lookAtGovernance> }>();
  return {
    look: async (paraId) => {
      const head = await relay.includedHead(hubId);
      if (!head) {
        throw new RescueError(
          'RESCUE_CHAIN_REFUSES',
          `The relay chain includes no head of para ${hubId}: correct governance.paraId.`,
        );
      }
      const known = last.get(paraId);
      if (known?.at === head.hash) return known.look;
      const { ref } = await finality.newest();
      const look = (async () =>
        lookAtGovernance(
          {
            relay: await chainAt('relay chain', endpoints, proven, ref),
            hub: await chainAt('Asset Hub', hub, hubProven, head),
            hubId,
          },
          paraId,
          memory,
        ))();
      last.set(paraId, { at: head.hash, look });
      // What failed is asked again.
      look.catch(() => last.delete(paraId));
      return look;
    },
  };
}
