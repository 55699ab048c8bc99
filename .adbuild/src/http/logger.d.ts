import { type Logger } from 'pino';
/**
 * The log of a service: JSON lines, or short lines for people, on standard error unless told otherwise. Members
 * that may hold a secret or a signature are blanked on the first three levels, whoever logs them.
 */
export declare function createLogger(options: {
    readonly level: string;
    readonly pretty: boolean;
}, destination?: NodeJS.WritableStream): Logger;
