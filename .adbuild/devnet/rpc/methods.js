import { authorMethods } from './author-methods.js';
import { chainHeadMethods } from './chain-head-methods.js';
import { chainMethods } from './chain-methods.js';
import { stateMethods } from './state-methods.js';
import { systemMethods } from './system-methods.js';
/** Everything that one chain's nodes answer. */
export function methodsOf(chain) {
    const methods = {
        ...systemMethods(chain),
        ...chainMethods(chain),
        ...stateMethods(chain),
        ...authorMethods(chain),
        ...chainHeadMethods(chain),
    };
    methods.rpc_methods = () => ({ methods: Object.keys(methods).sort() });
    return methods;
}
//# sourceMappingURL=methods.js.map