import type { Chain } from '../chain/chain.ts';
import type { Methods } from './methods.ts';
/** The newer JSON-RPC interface: `chainSpec_v1`, `chainHead_v1` and `transaction_v1` (paritytech/json-rpc-interface-spec). */
export declare function chainHeadMethods(chain: Chain): Methods;
