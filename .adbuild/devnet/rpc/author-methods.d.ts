import type { Chain } from '../chain/chain.ts';
import type { Methods } from './methods.ts';
/** `author_*`: submission, watching, the pool's content. */
export declare function authorMethods(chain: Chain): Methods;
