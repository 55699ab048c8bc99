import type { RegisterCommand } from './io.ts';
export declare const registerOptIn: RegisterCommand;
export declare const registerOptOut: RegisterCommand;
