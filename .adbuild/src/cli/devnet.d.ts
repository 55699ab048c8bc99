import type { RegisterCommand } from './io.ts';
/** `pararescue devnet`: the embedded network alone, until interrupted. */
export declare const registerDevnet: RegisterCommand;
