import { RescueError } from '../../src/domain/errors.ts';
/** A runtime call trapped. `panic` is the runtime's own message, where it gave one. */
export declare class RuntimePanic extends RescueError {
    readonly call: string;
    readonly panic: string;
    constructor(call: string, panic: string, cause?: unknown);
}
