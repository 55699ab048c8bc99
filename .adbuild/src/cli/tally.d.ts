import type { RegisterCommand } from './io.ts';
export declare const registerTally: RegisterCommand;
