import type { RegisterCommand } from './io.ts';
export declare const registerStatus: RegisterCommand;
