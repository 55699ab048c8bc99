import type { ExtrinsicOutcome, SignedExtrinsic } from '../domain/ports.ts';
import type { RelayRuntime, RuntimeCache } from './relay-runtime.ts';
import type { RpcConnection } from './rpc-connection.ts';
/**
 * Looks for extrinsics in the finalized blocks of their eras; see `RelaySubmitter.outcome`. A finalized block is read
 * once for each extrinsic, however often its outcome is asked for.
 */
export declare class OutcomeReader {
    #private;
    constructor(runtimes: RuntimeCache);
    read(node: RpcConnection, extrinsic: SignedExtrinsic): Promise<ExtrinsicOutcome>;
}
/** `registrar.ParaLocked: …` for errors of a pallet, otherwise the dispatch error's own name, such as `BadOrigin`. */
export declare function dispatchErrorText(runtime: RelayRuntime, error: unknown): string;
