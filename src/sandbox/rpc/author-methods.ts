import { fromHex, type Hex, toHex } from '../../bytes/hex.ts';
import { blake2b256 } from '../../proof/index.ts';
import type { Chain } from '../chain/chain.ts';
import type { TransactionStatus } from '../chain/pool.ts';
import { Subscription } from './connection.ts';
import type { Methods } from './method.ts';
import { RpcError } from './rpc-error.ts';

/** `author_*`: submission, watching, the pool's content. */
export function authorMethods(chain: Chain): Methods {
  const submit = (extrinsic: Hex, watcher?: (status: TransactionStatus) => void): Hex => {
    const result = chain.pool.submit(fromHex(extrinsic), watcher);
    if (!result.ok) throw new RpcError(result.code, result.message, result.data);
    return result.hash;
  };
  return {
    author_submitExtrinsic: (params) => submit(params.hex(0)),
    author_submitAndWatchExtrinsic: (params) => {
      // Statuses that come before the subscription has started wait for it.
      const early: TransactionStatus[] = [];
      let push: ((status: unknown) => void) | undefined;
      const watcher = (status: TransactionStatus) => {
        if (push === undefined) early.push(status);
        else push(statusView(status));
      };
      const hash = submit(params.hex(0), watcher);
      return new Subscription(
        'author_extrinsicUpdate',
        (send) => {
          push = send;
          for (const status of early) send(statusView(status));
        },
        () => chain.pool.unwatch(hash, watcher),
      );
    },
    author_unwatchExtrinsic: (params, connection) => connection.end(params.raw(0)),
    author_removeExtrinsic: (params) =>
      params.list(0).flatMap((named) => {
        const { hash, extrinsic } = (named ?? {}) as Record<string, unknown>;
        const wanted =
          extrinsic === undefined
            ? params.asHex(hash, 0)
            : toHex(blake2b256(fromHex(params.asHex(extrinsic, 0))));
        return chain.pool.remove(wanted) ? [wanted] : [];
      }),
    author_pendingExtrinsics: () => chain.pool.pending().map(toHex),
  };
}

function statusView(status: TransactionStatus): unknown {
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
