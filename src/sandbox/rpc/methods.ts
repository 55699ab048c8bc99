import type { Chain } from '../chain/chain.ts';
import { authorMethods } from './author-methods.ts';
import { chainHeadMethods } from './chain-head-methods.ts';
import { chainMethods } from './chain-methods.ts';
import { grandpaMethods } from './grandpa-methods.ts';
import type { Method, Methods } from './method.ts';
import { stateMethods } from './state-methods.ts';
import { systemMethods } from './system-methods.ts';

export interface NodeOptions {
  /** Without it the node has no `grandpa_*` methods, like one whose operator shut them off. Default: it has. */
  readonly finalityProofs?: boolean;
}

/** Everything that one chain's nodes answer. */
export function methodsOf(chain: Chain, { finalityProofs = true }: NodeOptions = {}): Methods {
  const methods: Record<string, Method> = {
    ...systemMethods(chain),
    ...chainMethods(chain),
    ...stateMethods(chain),
    ...authorMethods(chain),
    ...chainHeadMethods(chain),
    ...(finalityProofs ? grandpaMethods(chain) : {}),
  };
  methods.rpc_methods = () => ({ methods: Object.keys(methods).sort() });
  return methods;
}
