import type { Network } from './network.ts';
/**
 * The healthy para unlocks itself, by its own governance (here: its sudo): it sends the relay chain an XCM that
 * transacts `registrar.removeLock` as the para, with fees from its sovereign account. `remove_lock` is open to nobody
 * else but root (chain-facts section 2).
 */
export declare function unlockPara(network: Network): Promise<void>;
