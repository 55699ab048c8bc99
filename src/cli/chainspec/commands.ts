import type { RegisterCommand } from '../shared/io.ts';
import { registerChainspecSubstitute } from './substitute.ts';

export const registerChainspec: RegisterCommand = (program, io) => {
  const chainspec = program.command('chainspec').description('chain specs of the nodes of a para');
  registerChainspecSubstitute(chainspec, io);
};
