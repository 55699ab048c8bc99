import { fromHex, toHex } from '../bytes.js';
import { Subscription } from './connection.js';
import { RpcError } from './rpc-error.js';
/** `author_*`: submission, watching, the pool's content. */
export function authorMethods(chain) {
    const submit = (extrinsic, watcher) => {
        const result = chain.pool.submit(fromHex(extrinsic), watcher);
        if (!result.ok)
            throw new RpcError(result.code, result.message, result.data);
        return result.hash;
    };
    return {
        author_submitExtrinsic: (params) => submit(params.hex(0)),
        author_submitAndWatchExtrinsic: (params) => {
            // Statuses that come before the subscription has started wait for it.
            const early = [];
            let push;
            const watcher = (status) => {
                if (push === undefined)
                    early.push(status);
                else
                    push(statusView(status));
            };
            const hash = submit(params.hex(0), watcher);
            return new Subscription('author_extrinsicUpdate', (send) => {
                push = send;
                for (const status of early)
                    send(statusView(status));
            }, () => chain.pool.unwatch(hash, watcher));
        },
        author_unwatchExtrinsic: (params, connection) => connection.end(params.raw(0)),
        author_pendingExtrinsics: () => chain.pool.pending().map(toHex),
    };
}
function statusView(status) {
    switch (status.type) {
        case 'inBlock':
        case 'finalized':
            return { [status.type]: status.blockHash };
        case 'usurped':
            return { usurped: status.by };
        default:
            return status.type;
    }
}
//# sourceMappingURL=author-methods.js.map