import type { Address, ContractState, RescueContract } from '../../domain/contract/rescue-contract.ts';
import { RescueError } from '../../domain/errors.ts';
import type { ContractSubmitter } from '../../domain/ports/submitter.ts';
import type { AccountHex } from '../../domain/units.ts';

/** The rescue contract of one para as this service sees it, and the key with which it acts there. */
export interface WatchedContract {
  readonly contract: RescueContract;
  readonly submitter: ContractSubmitter;
  /** Address of the service's own key, or of the watcher that it stands for and that signs outside; null without either. */
  readonly self: Address | null;
  /** The newest state that was read; null before the first one. */
  latest(): ContractState | null;
  /** Reads it anew. Calls that come while one is under way share it. */
  refresh(): Promise<ContractState>;
}

export function watchContract(options: {
  readonly contract: RescueContract;
  readonly submitter: ContractSubmitter;
  /** Who signs outside, where the submitter has no key. */
  readonly outside?: AccountHex | null;
}): WatchedContract {
  const { contract, submitter, outside = null } = options;
  const account = submitter.signer() ?? outside;
  let latest: ContractState | null = null;
  let reading: Promise<ContractState> | null = null;

  const read = async (): Promise<ContractState> => {
    const state = await contract.state();
    if (latest && state.block.number < latest.block.number) {
      throw new RescueError(
        'RESCUE_NODE_CONTRADICTS',
        `A node of the contracts chain calls block ${state.block.number} its newest finalized one, but ${latest.block.number} was seen finalized before.`,
      );
    }
    latest = state;
    return state;
  };

  return {
    contract,
    submitter,
    self: account === null ? null : contract.addressOf(account),
    latest: () => latest,
    refresh: () => {
      reading ??= read().finally(() => {
        reading = null;
      });
      return reading;
    },
  };
}
