import { type Command } from 'commander';
import type { SignatureScheme } from '../domain/round.ts';
import { type AccountHex, type Hex } from '../domain/units.ts';
import type { CommandIo } from './io.ts';
/** Flags that say who signs. */
export interface SigningFlags {
    readonly signerUriEnv?: string;
    readonly signerFile?: string;
    readonly signerPasswordEnv?: string;
    readonly signer?: string;
    readonly scheme: SignatureScheme;
    readonly account?: string;
    readonly signature?: string;
}
/** Who acts, and how a text gets its signature. */
export interface Signatory {
    readonly account: AccountHex;
    readonly scheme: SignatureScheme;
    /** Null when the text was only shown, to be signed elsewhere. */
    sign(text: string): Hex | null;
}
/** Adds the ways to sign: a key from the environment or a keystore, or a wallet elsewhere. */
export declare function withSigningOptions(command: Command): Command;
/** @throws RESCUE_SIGNER_MISSING, RESCUE_REQUEST_INVALID; never with a secret in the message */
export declare function signatoryOf(flags: SigningFlags, io: CommandIo): Promise<Signatory>;
/** Address and hex of an account, for people. */
export declare function accountText(account: AccountHex): Promise<string>;
