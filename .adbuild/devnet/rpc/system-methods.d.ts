import type { Chain } from '../chain/chain.ts';
import type { Methods } from './methods.ts';
/** `system_*`, `payment_*` and what is left of `offchain_*` and GRANDPA. */
export declare function systemMethods(chain: Chain): Methods;
