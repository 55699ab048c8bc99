import { EventEmitter } from 'node:events';
import { type ArtifactName, readArtifact } from './artifacts.ts';
import { type Hex } from './bytes.ts';
import type { Block } from './chain/block.ts';
import { Chain } from './chain/chain.ts';
import { RuntimePanic } from './executor/panic.ts';
import { type Faults } from './faults.ts';
import { type RelayTimes } from './genesis.ts';
import { type DevAccount, type Holder } from './keys.ts';
import { RpcServer } from './rpc/server.ts';
import { Validators } from './validators.ts';
export interface NetworkOptions {
    /** Milliseconds between relay blocks; 0 builds none by itself. */
    readonly blockMs?: number;
    readonly host?: string;
    /** 0 takes free ports. */
    readonly relayPort?: number;
    readonly paraPort?: number;
    readonly times?: Partial<RelayTimes>;
    /** Blocks behind the finalized one whose state is kept, as nodes do. */
    readonly stateHistory?: number;
}
export interface NetworkEvents {
    /** A relay block was built, with the para's block that it included, if any. */
    produced: [{
        readonly relay: Block;
        readonly para: Block | null;
    }];
    /** The para's collators could not build. */
    'collation-failed': [RuntimePanic];
    /** The relay's own runtime panicked: there was no block, and the timer tries again. */
    'production-failed': [RuntimePanic];
}
/** One chain as clients see it. */
export interface ChainAccess {
    readonly chain: Chain;
    readonly rpc: RpcServer;
    readonly url: string;
    readonly symbol: string;
    readonly decimals: number;
}
export type SignableCall = ReturnType<ReturnType<Chain['typesOf']>['call']>;
export declare const PARA_ID = 2000;
/**
 * A relay chain and one para that run real FRAME runtimes in this process. The network itself only does the work of
 * validators and collators: it builds blocks, includes the para's, votes on validation code, and carries messages.
 */
export declare class Network extends EventEmitter<NetworkEvents> {
    #private;
    readonly relay: ChainAccess;
    readonly para: ChainAccess;
    readonly paraId = 2000;
    /** The para's registrar manager. */
    readonly manager: DevAccount;
    /** Sudo of both chains. */
    readonly sudo: DevAccount;
    readonly holders: readonly Holder[];
    readonly validators: Validators;
    readonly faults: Faults;
    readonly artifacts: {
        readonly read: typeof readArtifact;
    };
    collating: boolean;
    /** Relay blocks by which finality lags behind. */
    finalityLag: number;
    constructor(relay: ChainAccess, para: ChainAccess, people: {
        manager: DevAccount;
        sudo: DevAccount;
        validators: readonly DevAccount[];
        holders: readonly Holder[];
    });
    /** Builds one relay block and, where collators run, includes one para block. */
    nextBlock(): {
        readonly relay: Block;
        readonly para: Block | null;
    };
    /**
     * Builds blocks until `condition` holds after one of them, or waits for the timer's blocks when there is a timer.
     * @throws RESCUE_DEVNET_FAILED after `most` blocks.
     */
    produceUntil(condition: () => boolean | Promise<boolean>, most?: number, what?: string): Promise<void>;
    /** The relay's `paras` or another pallet's item for this para, as JSON of its decoded value. */
    readRelay(pallet: string, item: string, ...args: unknown[]): unknown;
    /** A call of the relay, signed as sudo's, for the next block. */
    queueSudo(chain: Chain, pallet: string, method: string, ...args: unknown[]): void;
    /** Signs and submits to the pool, as any client would. Throws RESCUE_DEVNET_FAILED when the pool refuses. */
    submit(chain: Chain, call: SignableCall, signer: DevAccount): void;
    /** The para's own way to give its manager power: XCM with `registrar.removeLock`, executed on the relay chain. */
    unlockPara(): Promise<void>;
    /** Nodes of the para restart with `code` in their chain spec's `codeSubstitutes`. */
    installSubstitute(blockNumber: number, code: Uint8Array): void;
    codeHash(name: ArtifactName): Promise<Hex>;
    /** Builds relay blocks on a timer from now on. */
    run(blockMs: number): void;
    close(): Promise<void>;
}
/**
 * Starts both chains, registers the para as its manager would (reserve, register, PVF vote, onboarding), gives it a
 * core, and opens their JSON-RPC ports on loopback.
 * @throws RESCUE_DEVNET_FAILED
 */
export declare function startNetwork(options?: NetworkOptions): Promise<Network>;
