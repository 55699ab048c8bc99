import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ContractsNetwork, startNetwork } from '../../devnet/network.ts';
import { type ContractsChain, openContractsChain } from '../../src/contract/index.ts';

/** The embedded network with its contracts chain, a connection to that, and a folder for what services keep. */
export interface ContractScene {
  readonly network: ContractsNetwork;
  readonly chain: ContractsChain;
  readonly folder: string;
  close(): Promise<void>;
}

/** `blockMs` lets the network build blocks by itself; without it the test makes each one. */
export async function openContractScene(options: { readonly blockMs?: number } = {}): Promise<ContractScene> {
  const network = await startNetwork({ contracts: true, finalityLag: 0, ...options });
  const chain = await openContractsChain({ urls: [network.contracts.url] });
  const folder = await mkdtemp(join(tmpdir(), 'pararescue-contract-'));
  return {
    network,
    chain,
    folder,
    close: async () => {
      await chain.close();
      await network.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
