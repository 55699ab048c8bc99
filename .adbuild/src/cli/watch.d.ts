import type { RegisterCommand } from './io.ts';
export declare const registerWatch: RegisterCommand;
