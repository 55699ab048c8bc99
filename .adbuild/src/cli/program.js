import { Command, CommanderError } from 'commander';
import { RescueError } from '../domain/errors.js';
import { registerCode } from './code.js';
import { registerDemo } from './demo.js';
import { registerDevnet } from './devnet.js';
import { registerHead } from './head.js';
import { registerLock } from './lock.js';
import { registerOptIn, registerOptOut } from './opt-in.js';
import { registerPolicy } from './policy.js';
import { registerPropose } from './propose.js';
import { registerRetry } from './retry.js';
import { registerServe } from './serve.js';
import { registerStatus } from './status.js';
import { registerSubstitute } from './substitute.js';
import { registerTally } from './tally.js';
import { registerVerify } from './verify.js';
import { registerVote } from './vote.js';
import { registerWatch } from './watch.js';
/** Every command, in the order of the help. */
const COMMANDS = [
    registerServe,
    registerStatus,
    registerWatch,
    registerPolicy,
    registerOptIn,
    registerOptOut,
    registerPropose,
    registerVote,
    registerTally,
    registerVerify,
    registerSubstitute,
    registerRetry,
    registerLock,
    registerCode,
    registerHead,
    registerDemo,
    registerDevnet,
];
const OK = 0;
const FAILED = 1;
const USAGE = 2;
/**
 * Runs one command line (without the program's own name).
 * @returns the exit status: 0 done, 1 failed with `error RESCUE_…: sentence` on stderr, 2 wrong usage
 */
export async function runCommandLine(args, io, { version, commands = COMMANDS }) {
    const program = new Command('pararescue')
        .description('watches parachains, says why one stopped, and lets its token holders vote it back to life')
        .version(version)
        .exitOverride()
        .configureOutput({ writeOut: io.stdout, writeErr: io.stderr });
    for (const register of commands)
        register(program, io);
    try {
        await program.parseAsync(args, { from: 'user' });
        return OK;
    }
    catch (error) {
        if (error instanceof CommanderError)
            return error.exitCode === 0 ? OK : USAGE;
        io.stderr(errorText(error));
        return FAILED;
    }
}
/** A defect shows its stack, because there is nothing the user could have done. */
function errorText(error) {
    if (error instanceof RescueError)
        return `error ${error.code}: ${error.message}\n`;
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `error RESCUE_INTERNAL: a defect of pararescue, please report it: ${trace}\n`;
}
//# sourceMappingURL=program.js.map