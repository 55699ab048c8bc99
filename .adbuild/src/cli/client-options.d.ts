import { type Command } from 'commander';
import type { Hex, ParaId } from '../domain/units.ts';
import { type CommandIo } from './io.ts';
import type { ServiceClient } from './service-client.ts';
/** What the commands that talk to a service have in common. */
export interface ClientFlags {
    readonly url: string;
    readonly json?: boolean;
}
/** Adds `--url` (else PARARESCUE_URL, else the local default) and `--json`. */
export declare function withClientOptions(command: Command, io: CommandIo): Command;
export declare function clientOf(flags: ClientFlags, io: CommandIo): Promise<ServiceClient>;
/** `--para` argument. */
export declare function paraArgument(text: string): ParaId;
/** Argument that is a hash: 32 bytes of hex. */
export declare function hashArgument(text: string): Hex;
/** `--sequence` argument. */
export declare function sequenceArgument(text: string): number;
/** JSON as `--json` prints it: bigints as decimal text, indented. */
export declare function jsonText(value: unknown): string;
