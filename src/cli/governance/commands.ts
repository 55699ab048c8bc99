import type { RegisterCommand } from '../shared/io.ts';
import { registerApply } from './apply.ts';
import { registerPrepare } from './prepare.ts';
import { registerStatus } from './status.ts';

export const registerGovernance: RegisterCommand = (program, io) => {
  const governance = program
    .command('governance')
    .description("the relay chain's governance: what it needs to rescue a para, and where that stands");
  registerPrepare(governance, io);
  registerStatus(governance, io);
  registerApply(governance, io);
};
