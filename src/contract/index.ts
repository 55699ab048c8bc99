/** The rescue contract through @polkadot/api-contract: what other layers use. */

export type { ContractVm } from './abi/artifacts.ts';
export { type ContractEvent, contractEvents } from './abi/events.ts';
export {
  accountOfAddress,
  addressOf,
  addressOfAccount,
  approvalParties,
  multisigAccount,
  operatorAccount,
  relayAccountOf,
  siblingAccount,
} from './accounts.ts';
export { type ContractsChain, openContractsChain } from './chain/connect.ts';
export { type DeploymentPlan, prepareDeployment } from './chain/deployment.ts';
export type { DryRun } from './chain/dry-run.ts';
export { submitCall } from './chain/submission.ts';
export { connectLater } from './late-contract.ts';
export { type OpenRescueContract, openRescueContract } from './rescue-contract.ts';
