import { type Command } from 'commander';
import type { Endpoints } from '../chain/endpoints.ts';
import type { Signer } from '../chain/signer.ts';
import type { ParaObservation, RelayLimits } from '../domain/observation.ts';
import type { RelayReader, RelaySubmitter } from '../domain/ports.ts';
import type { ParaId } from '../domain/units.ts';
import type { CommandIo } from './io.ts';
/** Flags of every operator command: they talk to the relay chain themselves, without a service. */
export interface RelayFlags {
    readonly para: ParaId;
    readonly relay: readonly string[];
    readonly json?: boolean;
}
/** Flags of commands that submit something. */
export interface OperatorFlags extends RelayFlags {
    readonly signerUriEnv?: string;
    readonly signerFile?: string;
    readonly signerPasswordEnv?: string;
    readonly signer?: string;
    readonly dryRun?: boolean;
    readonly out?: string;
    readonly yes?: boolean;
}
export declare function withRelayOptions(command: Command): Command;
export declare function withOperatorOptions(command: Command): Command;
/** One para on its relay chain, as it was when the command began. */
export interface RelaySession {
    readonly endpoints: Endpoints;
    readonly reader: RelayReader;
    readonly submitter: RelaySubmitter;
    readonly signer: Signer;
    readonly observation: ParaObservation;
    readonly limits: RelayLimits;
}
/** Opens the relay chain for `work` and closes it afterwards, whatever happens. */
export declare function withRelay<Result>(flags: OperatorFlags, io: CommandIo, work: (session: RelaySession) => Promise<Result>): Promise<Result>;
