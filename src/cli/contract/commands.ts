import type { RegisterCommand } from '../shared/io.ts';
import { registerApprove } from './approve.ts';
import { registerAttest } from './attest.ts';
import { registerDeploy } from './deploy.ts';
import { registerExecute } from './execute.ts';
import { registerRules } from './rules.ts';
import { registerContractStatus } from './status.ts';
import { registerWatch } from './watch.ts';

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
