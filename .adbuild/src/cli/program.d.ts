import type { CommandIo, RegisterCommand } from './io.ts';
export interface RunOptions {
    readonly version: string;
    readonly commands?: readonly RegisterCommand[];
}
/**
 * Runs one command line (without the program's own name).
 * @returns the exit status: 0 done, 1 failed with `error RESCUE_…: sentence` on stderr, 2 wrong usage
 */
export declare function runCommandLine(args: readonly string[], io: CommandIo, { version, commands }: RunOptions): Promise<number>;
