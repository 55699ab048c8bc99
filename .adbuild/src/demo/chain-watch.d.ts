import type { Network } from '../../devnet/network.ts';
import type { ServiceClient } from '../cli/service-client.ts';
import type { ParaStatus } from '../recovery/rescue-service.ts';
import type { Narrator } from './narrator.ts';
/** Tells what happens on the chains between the chapters: heads, gaps, panics, the countdown to the switch. */
export interface ChainWatch {
    /** Asks the service after each relay block until its status fits. */
    until(fits: (para: ParaStatus) => boolean): Promise<void>;
    stop(): void;
}
export declare function watchChain(options: {
    readonly network: Network;
    readonly client: ServiceClient;
    readonly narrator: Narrator;
    readonly paraId: number;
}): ChainWatch;
