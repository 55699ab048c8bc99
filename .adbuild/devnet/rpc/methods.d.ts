import type { Chain } from '../chain/chain.ts';
import type { Connection, Subscription } from './connection.ts';
import type { Params } from './params.ts';
export type Method = (params: Params, connection: Connection) => unknown | Subscription;
export type Methods = Readonly<Record<string, Method>>;
/** Everything that one chain's nodes answer. */
export declare function methodsOf(chain: Chain): Methods;
