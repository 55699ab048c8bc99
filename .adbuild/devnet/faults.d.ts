import { type Hex } from './bytes.ts';
import type { Network } from './network.ts';
import type { AnswerFilter } from './rpc/server.ts';
/** What can be made to go wrong, by name. */
export interface Faults {
    /**
     * Ships the broken runtime by a real upgrade of the para: its sudo sets the code, the relay chain takes it through
     * the PVF vote. Resolves when the relay's current code is the broken one; the panic comes three para blocks later.
     */
    breakRuntime(): Promise<{
        readonly codeHash: Hex;
    }>;
    stopCollators(): void;
    startCollators(): void;
    /** The para's JSON-RPC port closes; starting it opens the same port again. */
    stopParaRpc(): Promise<void>;
    startParaRpc(): Promise<void>;
    stopRelayRpc(): Promise<void>;
    startRelayRpc(): Promise<void>;
    /** The relay's finalized block stays this many behind its best; 0 lets it catch up. */
    lagFinality(blocks: number): void;
    /** Validators vote against every new code, or for it again. */
    rejectPvf(on: boolean): void;
    /** Holds back each answer of the para's nodes. */
    slowParaRpc(milliseconds: number): void;
    /** Lets the para's nodes lie: whatever `filter` gives is answered. Null makes them honest again. */
    corruptParaRpc(filter: AnswerFilter | null): void;
}
export declare function createFaults(network: Network): Faults;
