import { loadSigner } from '../chain/extrinsics/signer.ts';
import { createContractSubmitter } from '../chain/extrinsics/submitter.ts';
import { placeName } from '../chain/nodes/endpoint-names.ts';
import { headerOf } from '../chain/nodes/header-json.ts';
import type { Config } from '../config/config.ts';
import type { ContractsChain } from '../contract/index.ts';
import { requireActable } from '../domain/chain/actable.ts';
import type { SignedExtrinsic } from '../domain/chain/extrinsics.ts';
import { isNodeTrouble, RescueError } from '../domain/errors.ts';
import type { RelayReader } from '../domain/ports/relay.ts';
import type { Hex } from '../domain/units.ts';
import { type WatchedContract, watchContract } from '../routes/contract/watched-contract.ts';
import type { ChainEndpoints } from './chain-endpoints.ts';

/**
 * Opens the contracts chain of the configuration, if it names one: returns what opens one contract on it.
 * A chain that does not answer yet is no reason not to start.
 * @throws RESCUE_CONFIG_INVALID, RESCUE_SIGNER_MISSING, RESCUE_CHAIN_REFUSES for a chain without contracts
 */
export async function openContracts(
  { contracts }: Config,
  options: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly relay: Pick<RelayReader, 'includedHead'>;
    readonly inFlight: () => Promise<readonly SignedExtrinsic[]>;
    readonly onTrouble: (trouble: RescueError) => void;
    /** Hears of a watcher's key file that others can open. */
    readonly onWarning: (sentence: string) => void;
    readonly onClose: (close: () => Promise<void>) => void;
    readonly chains: ChainEndpoints;
  },
): Promise<(address: Hex) => WatchedContract | null> {
  if (!contracts) return () => null;
  const { env, relay, inFlight, onTrouble, onWarning, onClose, chains } = options;
  // Large, and needed by services with a contract only.
  const { connectLater, openContractsChain } = await import('../contract/index.ts');
  const signer = await loadSigner(contracts.watcher, env, onWarning);
  const chain = 'contracts chain';
  const connection = { urls: contracts.endpoints, onTrouble, name: placeName(chain) };
  const { paraId } = contracts;
  // What the contract says opts in and out, so that its state is read only where it may be acted upon.
  const included = async () => {
    const head = await relay.includedHead(paraId);
    if (head) requireActable(head);
    if (head) return head;
    throw new RescueError(
      'RESCUE_CONFIG_INVALID',
      `The relay chain includes no head of para ${paraId}: correct contracts.paraId.`,
    );
  };
  const watched: WatchedContract[] = [];
  const endpoints = chains.open({
    chain,
    urls: contracts.endpoints,
    block: () =>
      watched
        .flatMap((contract) => contract.latest()?.block ?? [])
        .toSorted((a, b) => b.number - a.number)[0] ?? null,
  });
  onClose(() => endpoints.close());
  let opening: Promise<ContractsChain> | null = null;
  const open = (): Promise<ContractsChain> => {
    opening ??= openContractsChain({ ...connection, paraId, included }).catch((error) => {
      opening = null;
      throw error;
    });
    return opening;
  };
  onClose(async () => (await opening?.catch(() => null))?.close());
  try {
    await open();
  } catch (error) {
    // The paras must be watched all the same; whatever needs the contract tries again at each block.
    if (!isNodeTrouble(error)) throw error;
    onTrouble(error);
  }
  const submitter = createContractSubmitter({
    endpoints,
    signer,
    inFlight,
    finalized: async () => headerOf(endpoints, (await included()).hash),
  });
  return (address) => {
    const contract = watchContract({
      contract: connectLater(open, address),
      submitter,
      outside: signer.account,
    });
    watched.push(contract);
    return contract;
  };
}
