import type { Network } from './network.ts';
/**
 * Brings the para onto the relay chain the way a team does: its manager reserves the id and registers genesis head and
 * code, validators vote on the code, two sessions onboard it, and a core is assigned. Ends with the first included
 * heads, which lock the para. Before all that sudo makes the account that includes candidates its proxy.
 * @throws RESCUE_DEVNET_FAILED when it takes more than `most` relay blocks.
 */
export declare function registerPara(network: Network, code: Uint8Array, most: number): Promise<void>;
