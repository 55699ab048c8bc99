import type { Chain } from '../chain/chain.ts';
import type { Methods } from './methods.ts';
/** `chain_*` of the legacy interface, and GRANDPA's question for proofs, which nobody can make here. */
export declare function chainMethods(chain: Chain): Methods;
