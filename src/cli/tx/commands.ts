import type { RegisterCommand } from '../shared/io.ts';
import { registerSign } from './sign.ts';

export const registerTx: RegisterCommand = (program, io) => {
  const tx = program
    .command('tx')
    .description('extrinsics that are signed for the versions that a runtime really checks');
  registerSign(tx, io);
};
