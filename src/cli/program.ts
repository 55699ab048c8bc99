import { Command, CommanderError } from 'commander';
import { RescueError } from '../domain/errors.ts';
import { registerCode } from './code.ts';
import { registerContract } from './contract.ts';
import { registerDemo } from './demo.ts';
import { registerDevnet } from './devnet.ts';
import { registerEndorse } from './endorse.ts';
import { registerEvidence } from './evidence.ts';
import { registerHead } from './head.ts';
import type { CommandIo, RegisterCommand } from './io.ts';
import { registerLock } from './lock.ts';
import { registerOptIn, registerOptOut } from './opt-in.ts';
import { registerPolicy } from './policy.ts';
import { registerPropose } from './propose.ts';
import { registerRetry } from './retry.ts';
import { registerServe } from './serve.ts';
import { registerStatus } from './status.ts';
import { registerSubstitute } from './substitute.ts';
import { registerTally } from './tally.ts';
import { registerVerify } from './verify.ts';
import { registerVote } from './vote.ts';
import { registerWatch } from './watch.ts';

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
