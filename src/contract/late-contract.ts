import type { Address, RescueContract } from '../domain/contract/rescue-contract.ts';
import { RescueError } from '../domain/errors.ts';
import { addressOf } from './accounts.ts';
import type { ContractsChain } from './chain/connect.ts';
import { openRescueContract } from './rescue-contract.ts';

/**
 * A rescue contract whose chain may not answer yet, so that a service can start without it. `open` is called by whatever
 * asks the chain, until it succeeds once; what needs no question throws RESCUE_NODE_UNREACHABLE before that.
 * @throws RESCUE_CONFIG_INVALID for something that is no address
 */
export function connectLater(open: () => Promise<ContractsChain>, address: Address): RescueContract {
  let contract: RescueContract | null = null;
  const asked = async (): Promise<RescueContract> => {
    contract ??= openRescueContract(await open(), address);
    return contract;
  };
  const known = (): RescueContract => {
    if (contract) return contract;
    throw new RescueError(
      'RESCUE_NODE_UNREACHABLE',
      'No node of the contracts chain has answered since the service started.',
    );
  };
  return {
    address,
    addressOf,
    get genesis() {
      return known().genesis;
    },
    parties: (operators) => known().parties(operators),
    wrap: (call, fee) => known().wrap(call, fee),
    commitCancel: (atZero, atMax, fee) => known().commitCancel(atZero, atMax, fee),
    accountOf: async (wanted) => (await asked()).accountOf(wanted),
    state: async () => (await asked()).state(),
    decision: async (id) => (await asked()).decision(id),
    round: async (roundId) => (await asked()).round(roundId),
    hasLeft: async (roundId, watcher) => (await asked()).hasLeft(roundId, watcher),
    idOf: async (decision) => (await asked()).idOf(decision),
    prepare: async (act, by) => (await asked()).prepare(act, by),
    cancelSupport: async (id, when) => (await asked()).cancelSupport(id, when),
    mayCancel: async (id, account) => (await asked()).mayCancel(id, account),
    deliveryFee: async (message) => (await asked()).deliveryFee(message),
  };
}
