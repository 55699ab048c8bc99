import { Command, CommanderError } from 'commander';
import { RescueError } from '../domain/errors.ts';
import { registerContract } from './contract/commands.ts';
import { registerEndorse } from './holder/endorse.ts';
import { registerEvidence } from './holder/evidence.ts';
import { registerStatus } from './holder/status.ts';
import { registerTally } from './holder/tally.ts';
import { registerVerify } from './holder/verify.ts';
import { registerVote } from './holder/vote.ts';
import { registerWatch } from './holder/watch.ts';
import { registerDemo } from './local/demo.ts';
import { registerDevnet } from './local/devnet.ts';
import { registerCode } from './operator/code.ts';
import { registerHead } from './operator/head.ts';
import { registerLock } from './operator/lock.ts';
import { registerRetry } from './operator/retry.ts';
import { registerServe } from './operator/serve.ts';
import { registerSubstitute } from './operator/substitute.ts';
import type { CommandIo, RegisterCommand } from './shared/io.ts';
import { registerOptIn, registerOptOut } from './team/opt-in.ts';
import { registerPolicy } from './team/policy.ts';
import { registerPropose } from './team/propose.ts';

/** Every command, in the order of the help. */
const COMMANDS: readonly RegisterCommand[] = [
  registerServe,
  registerStatus,
  registerWatch,
  registerPolicy,
  registerOptIn,
  registerOptOut,
  registerPropose,
  registerVote,
  registerEndorse,
  registerTally,
  registerEvidence,
  registerVerify,
  registerSubstitute,
  registerRetry,
  registerLock,
  registerCode,
  registerHead,
  registerContract,
  registerDemo,
  registerDevnet,
];

const OK = 0;
const FAILED = 1;
const USAGE = 2;

export interface RunOptions {
  readonly version: string;
  readonly commands?: readonly RegisterCommand[];
}

/**
 * Runs one command line (without the program's own name).
 * @returns the exit status: 0 done, 1 failed with `error RESCUE_…: sentence` on stderr, 2 wrong usage
 */
export async function runCommandLine(
  args: readonly string[],
  io: CommandIo,
  { version, commands = COMMANDS }: RunOptions,
): Promise<number> {
  const program = new Command('pararescue')
    .description('watches parachains, says why one stopped, and lets its token holders vote it back to life')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: io.stdout, writeErr: io.stderr });
  for (const register of commands) register(program, io);
  try {
    await program.parseAsync(args, { from: 'user' });
    return OK;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? OK : USAGE;
    io.stderr(errorText(error));
    return FAILED;
  }
}

/** A defect shows its stack, because there is nothing the user could have done. */
function errorText(error: unknown): string {
  if (error instanceof RescueError) return `error ${error.code}: ${error.message}\n`;
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `error RESCUE_INTERNAL: a defect of pararescue, please report it: ${trace}\n`;
}
