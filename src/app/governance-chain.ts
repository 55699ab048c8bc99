import type { FinalizedSource } from '../chain/finality/source.ts';
import { createGovernanceReader } from '../chain/governance/reader.ts';
import type { Endpoints } from '../chain/nodes/endpoints.ts';
import type { ProvenChain } from '../chain/proven/proven-chain.ts';
import type { Config } from '../config/config.ts';
import type { GovernanceReader } from '../domain/ports/governance.ts';
import type { RelayReader } from '../domain/ports/relay.ts';
import type { ChainEndpoints } from './chain-endpoints.ts';

/** Opens the chain of governance that the configuration names; null without one. It need not answer at the start. */
export function openGovernance(
  { governance }: Config,
  options: {
    readonly chains: ChainEndpoints;
    readonly relay: Pick<RelayReader, 'includedHead'>;
    readonly endpoints: Endpoints;
    readonly proven: ProvenChain;
    readonly finality: Pick<FinalizedSource, 'newest'>;
    readonly onClose: (close: () => Promise<void>) => void;
  },
): GovernanceReader | null {
  if (!governance) return null;
  const { chains, onClose, ...relaySide } = options;
  const hub = chains.open({ chain: 'governance chain', urls: governance.endpoints, block: () => null });
  onClose(() => hub.close());
  return createGovernanceReader({ ...relaySide, hub, hubId: governance.paraId });
}
