import type { RegisterCommand } from './io.ts';
/** `pararescue demo`: the whole story on the embedded network. */
export declare const registerDemo: RegisterCommand;
