import type { RelaySubmitter } from '../domain/ports.ts';
import { type Endpoints } from './endpoints.ts';
import type { Signer } from './signer.ts';
/** Prepares, signs, sends and follows extrinsics of the relay chain with the operator's key. */
export declare function createRelaySubmitter(options: {
    readonly endpoints: Endpoints;
    readonly signer: Signer;
}): RelaySubmitter;
