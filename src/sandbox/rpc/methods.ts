import type { Chain } from '../chain/chain.ts';
import { ethMethods } from '../ethereum/eth-methods.ts';
import { withAliases } from './aliases.ts';
import { archiveMethods } from './archive-methods.ts';
import { authorMethods } from './author-methods.ts';
import { chainHeadMethods } from './chain-head-methods.ts';
import { chainMethods } from './chain-methods.ts';
import { grandpaMethods } from './grandpa-methods.ts';
import type { Methods } from './method.ts';
import { paymentMethods } from './payment-methods.ts';
import { stateMethods } from './state-methods.ts';
import { systemMethods } from './system-methods.ts';
import { transactionMethods } from './transaction-methods.ts';

export interface NodeOptions {
  /** Without it the node has no `grandpa_*` methods, like one whose operator shut them off. Default: it has. */
  readonly finalityProofs?: boolean;
}

/** Everything that one chain's nodes answer. */
export function methodsOf(chain: Chain, { finalityProofs = true }: NodeOptions = {}): Methods {
  const methods = withAliases({
    ...systemMethods(chain),
    ...paymentMethods(chain),
    ...chainMethods(chain),
    ...stateMethods(chain),
    ...authorMethods(chain),
    ...chainHeadMethods(chain),
    ...archiveMethods(chain),
    ...transactionMethods(chain),
    ...ethMethods(chain),
    ...(finalityProofs ? grandpaMethods(chain) : {}),
  });
  methods.rpc_methods = () => ({ methods: Object.keys(methods).sort() });
  return methods;
}
