import { loadSigner } from './chain/signer.ts';
import { createContractSubmitter } from './chain/submitter.ts';
import type { Config } from './config.ts';
import type { RescueError } from './domain/errors.ts';
import type { Hex } from './domain/units.ts';
import { type ContractDesk, createContractDesk } from './recovery/contract/desk.ts';

/**
 * Opens the contracts chain of the configuration, if it names one: returns what opens one contract on it.
 * @throws RESCUE_CONTRACT_UNKNOWN, RESCUE_SIGNER_MISSING, RESCUE_NODE_*
 */
export async function openContracts(
  { contracts }: Config,
  options: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly onTrouble: (trouble: RescueError) => void;
    readonly onClose: (close: () => Promise<void>) => void;
  },
): Promise<(address: Hex) => ContractDesk | null> {
  if (!contracts) return () => null;
  const { env, onTrouble, onClose } = options;
  // Large, and needed by services with a contract only.
  const { openContractsChain, openRescueContract } = await import('./contract/index.ts');
  const signer = await loadSigner(contracts.watcher, env);
  const chain = await openContractsChain({ urls: contracts.endpoints, onTrouble });
  onClose(() => chain.close());
  const submitter = createContractSubmitter({ endpoints: chain.endpoints, signer });
  return (address) => createContractDesk({ contract: openRescueContract(chain, address), submitter });
}
