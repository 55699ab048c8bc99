import { randomBytes } from 'node:crypto';
import { fromHex } from '../../bytes/hex.ts';
import type { Chain } from '../chain/chain.ts';
import type { SubmitResult, TransactionStatus } from '../chain/pool.ts';
import { type Connection, Subscription } from './connection.ts';
import type { Methods } from './method.ts';
import { INVALID_PARAMS, RpcError } from './rpc-error.ts';

/** sc-rpc-spec-v2 `MAX_TRANSACTION_PER_CONNECTION`. */
const MOST_BROADCASTS = 16;
/** sc-rpc-api `author` errors: what the runtime could not judge, and what the pool has no room for. */
const UNJUDGED: readonly number[] = [1002, 1011];
const NO_ROOM = 1016;

type Told = Readonly<Record<string, unknown>>;

/** `transaction_v1_*` and `transactionWatch_v1_*` of paritytech/json-rpc-interface-spec. */
export function transactionMethods(chain: Chain): Methods {
  const broadcasts = new WeakMap<Connection, Set<string>>();
  const broadcastsOf = (connection: Connection) => {
    const known = broadcasts.get(connection) ?? new Set<string>();
    broadcasts.set(connection, known);
    return known;
  };
  return {
    // A broadcast says nothing about what becomes of the transaction: clients watch the blocks.
    transaction_v1_broadcast: (params, connection) => {
      const bytes = fromHex(params.hex(0));
      const running = broadcastsOf(connection);
      if (running.size >= MOST_BROADCASTS) return null;
      const id = randomBytes(8).toString('hex');
      chain.pool.submit(bytes);
      running.add(id);
      return id;
    },
    transaction_v1_stop: (params, connection) => {
      if (!broadcastsOf(connection).delete(params.text(0)))
        throw new RpcError(INVALID_PARAMS, 'Invalid operation id');
      return null;
    },

    transactionWatch_v1_submitAndWatch: (params) => {
      const bytes = fromHex(params.hex(0));
      let stop = () => {};
      return new Subscription(
        'transactionWatch_v1_watchEvent',
        (push, end) => {
          const watcher = (status: TransactionStatus) => {
            const told = eventOf(status);
            if (told === null) return;
            push(told);
            if (told.event !== 'validated' && told.event !== 'bestChainBlockIncluded') end();
          };
          const result = chain.pool.submit(bytes, watcher);
          if (result.ok) {
            stop = () => chain.pool.unwatch(result.hash, watcher);
            return;
          }
          push(refusalOf(result));
          end();
        },
        () => stop(),
      );
    },
    transactionWatch_v1_unwatch: (params, connection) => {
      connection.end(params.raw(0));
      return null;
    },
  };
}

function eventOf(status: TransactionStatus): Told | null {
  switch (status.type) {
    case 'ready':
      return { event: 'validated' };
    case 'future':
      return null;
    case 'inBlock':
      return { event: 'bestChainBlockIncluded', block: { hash: status.blockHash, index: status.index } };
    case 'finalized':
      return { event: 'finalized', block: { hash: status.blockHash, index: status.index } };
    case 'invalid':
      return { event: 'invalid', error: 'The transaction is not valid any more' };
    case 'dropped':
      return { event: 'dropped', error: 'The transaction was taken out of the pool' };
    case 'usurped':
      return { event: 'invalid', error: `Extrinsic was rendered invalid by another: ${status.by}` };
  }
}

function refusalOf({ code, message, data }: Extract<SubmitResult, { ok: false }>): Told {
  const error = data === undefined ? message : `${message}: ${data}`;
  if (UNJUDGED.includes(code)) return { event: 'error', error };
  return { event: code === NO_ROOM ? 'dropped' : 'invalid', error };
}
