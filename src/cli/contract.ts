import { registerApprove } from './contract/approve.ts';
import { registerAttest } from './contract/attest.ts';
import { registerDeploy } from './contract/deploy.ts';
import { registerExecute } from './contract/execute.ts';
import { registerRules } from './contract/rules.ts';
import { registerContractStatus } from './contract/status.ts';
import { registerWatch } from './contract/watch.ts';
import type { RegisterCommand } from './io.ts';

/** `pararescue contract …`, in the order in which one needs them. */
const COMMANDS = [
  registerDeploy,
  registerRules,
  registerContractStatus,
  registerAttest,
  registerWatch,
  registerExecute,
  registerApprove,
];

export const registerContract: RegisterCommand = (program, io) => {
  const group = program
    .command('contract')
    .description("a para's rescue contract on a contracts chain: it approves what its watchers attest");
  for (const register of COMMANDS) register(group, io);
};
