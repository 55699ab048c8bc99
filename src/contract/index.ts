/** The rescue contract through @polkadot/api-contract: what other layers use. */

export type { ContractVm } from './abi/artifacts.ts';
export type { DecodedEvent } from './abi/events.ts';
export { accountOfAddress, addressOf, approvalParties, relayAccountOf } from './accounts.ts';
export { type ContractsChain, openContractsChain } from './chain/connect.ts';
export { prepareDeployment } from './chain/deployment.ts';
export { describeData, tokenOf } from './chain/describe.ts';
export type { DryRun } from './chain/dry-run.ts';
export { eventsOfExtrinsic } from './chain/events.ts';
export { freeBalance } from './chain/free-balance.ts';
export { type CodeCheck, checkCode } from './code-check.ts';
export { connectLater } from './late-contract.ts';
export { estimateFee, paraMessage } from './para-message.ts';
export { type OpenRescueContract, openRescueContract } from './rescue-contract.ts';
