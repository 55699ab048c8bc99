/** The rescue contract through @polkadot/api-contract: what other layers use. */
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
export type { ContractVm } from './artifacts.ts';
export { type ContractsChain, openContractsChain } from './connect.ts';
export { type DeploymentPlan, type PreparedDeployment, prepareDeployment } from './deployment.ts';
export type { DryRun } from './dry-run.ts';
export { type ContractEvent, contractEvents } from './events.ts';
export { connectLater } from './late-contract.ts';
export { type OpenRescueContract, openRescueContract } from './rescue-contract.ts';
export { type ContractReceipt, submitCall } from './submission.ts';
