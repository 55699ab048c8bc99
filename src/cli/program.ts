import { Command, CommanderError } from 'commander';
import { RescueError } from '../domain/errors.ts';
import { registerChainspec } from './chainspec/commands.ts';
import { registerCompletion } from './completion.ts';
import { registerContract } from './contract/commands.ts';
import { addExamples } from './examples.ts';
import { registerGovernance } from './governance/commands.ts';
import { registerEndorse } from './holder/endorse.ts';
import { registerEvidence } from './holder/evidence.ts';
import { registerHistory } from './holder/history.ts';
import { registerPower } from './holder/power.ts';
import { registerProposal } from './holder/proposal.ts';
import { registerProposals } from './holder/proposals.ts';
import { registerStatus } from './holder/status.ts';
import { registerTally } from './holder/tally.ts';
import { registerValidation } from './holder/validation.ts';
import { registerVerify } from './holder/verify.ts';
import { registerVote } from './holder/vote.ts';
import { registerVotes } from './holder/votes.ts';
import { registerWatch } from './holder/watch.ts';
import { registerInit } from './init/init.ts';
import { registerDemo } from './local/demo.ts';
import { registerDevnet } from './local/devnet.ts';
import { registerCheckpoint } from './operator/checkpoint.ts';
import { registerCode } from './operator/code.ts';
import { registerHandover } from './operator/handover.ts';
import { registerHead } from './operator/head.ts';
import { registerKey } from './operator/key.ts';
import { registerLock } from './operator/lock.ts';
import { registerRetry } from './operator/retry.ts';
import { registerServe } from './operator/serve.ts';
import { registerStore } from './operator/store.ts';
import { errorJson, errorText, usageJson } from './shared/error-text.ts';
import { hideSecrets } from './shared/hide-secrets.ts';
import { plainIo, type RegisterCommand, type TerminalIo } from './shared/io.ts';
import { registerDoctor } from './team/doctor.ts';
import { registerOptIn, registerOptOut } from './team/opt-in.ts';
import { registerPlan } from './team/plan.ts';
import { registerPolicy } from './team/policy.ts';
import { registerPropose } from './team/propose.ts';
import { registerRehearse } from './team/rehearse.ts';
import { registerRelease } from './team/release.ts';
import { registerTry } from './team/try.ts';
import { registerTx } from './tx/commands.ts';

/** Commands that the help lists under one heading. */
interface CommandGroup {
  readonly heading: string;
  readonly commands: readonly RegisterCommand[];
}

/** Every command, in the order of the help: by README's three people, each in the order in which they need them. */
const GROUPS: readonly CommandGroup[] = [
  {
    heading: 'You run a parachain:',
    commands: [
      registerPolicy,
      registerDoctor,
      registerPlan,
      registerOptIn,
      registerOptOut,
      registerTry,
      registerRehearse,
      registerPropose,
    ],
  },
  {
    heading: "You hold the para's token:",
    commands: [
      registerStatus,
      registerWatch,
      registerHistory,
      registerValidation,
      registerProposals,
      registerProposal,
      registerPower,
      registerVote,
      registerVotes,
      registerEndorse,
      registerTally,
      registerEvidence,
      registerVerify,
    ],
  },
  {
    heading: 'You operate the rescue:',
    commands: [
      registerInit,
      registerServe,
      registerStore,
      registerCheckpoint,
      registerChainspec,
      registerTx,
      registerRelease,
      registerRetry,
      registerHandover,
      registerKey,
      registerLock,
      registerCode,
      registerHead,
    ],
  },
  { heading: "Without a manager's key:", commands: [registerContract, registerGovernance] },
  { heading: 'On your own machine:', commands: [registerDemo, registerDevnet, registerCompletion] },
];

/** All of them, in that order. */
export const ALL_COMMANDS: readonly RegisterCommand[] = GROUPS.flatMap(({ commands }) => commands);

const OK = 0;
const FAILED = 1;
const USAGE = 2;

export interface RunOptions {
  readonly version: string;
  /** Instead of all. */
  readonly commands?: readonly RegisterCommand[];
}

/**
 * Runs one command line (without the program's own name).
 * @returns the exit status: 0 done, 1 failed with `error RESCUE_…: sentence` on stderr, or interrupted, 2 wrong usage, 3 and more as the command documents.
 * With `--json` an error is one line of JSON on stderr, in the shape of the HTTP API, and wrong usage is too.
 */
export async function runCommandLine(
  args: readonly string[],
  terminal: TerminalIo,
  { version, commands }: RunOptions,
): Promise<number> {
  let status = OK;
  const isJson = args.slice(0, args.includes('--') ? args.indexOf('--') : args.length).includes('--json');
  const keep = (found: number) => {
    status = found;
  };
  const io = plainIo(terminal, keep, { isQuiet: isJson });
  const program = new Command('pararescue')
    .description('watches parachains, says why one stopped, and lets its token holders vote it back to life')
    .version(version)
    // What comes behind a command is that one's: some have an option and a command of their own that has it too.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: io.stdout,
      writeErr: io.stderr,
      outputError: (text, write) => {
        const shown = hideSecrets(text, args, { usage: true });
        write(isJson ? usageJson(shown) : shown);
      },
    });
  const groups = commands === undefined ? GROUPS : [{ heading: 'Commands:', commands }];
  for (const group of groups) {
    program.commandsGroup(group.heading);
    for (const register of group.commands) register(program, io);
  }
  addExamples(program);
  try {
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? OK : USAGE;
    const { aborted, reason } = terminal.signal;
    const failure =
      aborted && error === reason
        ? new RescueError('RESCUE_INTERRUPTED', 'interrupted before it was done')
        : error;
    io.stderr(isJson ? errorJson(failure, args) : hideSecrets(errorText(failure), args));
    return FAILED;
  }
}
