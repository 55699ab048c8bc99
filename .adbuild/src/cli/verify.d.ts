import type { RegisterCommand } from './io.ts';
/** `pararescue verify FILE`: needs no service, no node and no network. */
export declare const registerVerify: RegisterCommand;
