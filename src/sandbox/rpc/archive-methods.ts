import { fromHex, toHex } from '../../bytes/hex.ts';
import { MAIN_TRIE } from '../../executor/storage/backend.ts';
import type { Chain } from '../chain/chain.ts';
import { stateAt } from './block-views.ts';
import { Subscription } from './connection.ts';
import type { Methods } from './method.ts';
import type { Params } from './params.ts';
import { invalidParams, RpcError } from './rpc-error.ts';
import { runtimeCall } from './state-methods.ts';
import { differences, diffItems } from './storage-difference.ts';
import { answersTo, childTrieOf, storageItems, trieOf } from './storage-queries.ts';

/** Notifications between which others get their turn. */
const AT_A_TIME = 256;

type Event = Readonly<Record<string, unknown>>;

/** `archive_v1_*` of paritytech/json-rpc-interface-spec: blocks as long as they are kept, states as long as they are. */
export function archiveMethods(chain: Chain): Methods {
  const height = (params: Params) => {
    const number = params.count(0);
    if (number > 0xffff_ffff) throw invalidParams('block numbers have 32 bits');
    return number;
  };
  return {
    archive_v1_genesisHash: () => chain.genesisHash,
    archive_v1_finalizedHeight: () => chain.finalized.number,
    archive_v1_hashByHeight: (params) => {
      const hash = chain.hashAt(height(params));
      return hash === undefined ? [] : [hash];
    },
    archive_v1_header: (params) => {
      const header = chain.header(params.hex(0));
      return header ? toHex(header.encodedHeader) : null;
    },
    archive_v1_body: (params) => chain.block(params.hex(0))?.extrinsics.map(toHex) ?? null,
    archive_v1_call: (params) => {
      const method = params.text(1);
      const argument = fromHex(params.hex(2));
      const hash = params.hex(0);
      if (chain.header(hash) === undefined) return null;
      try {
        return { success: true, value: toHex(runtimeCall(chain, method, argument, hash)) };
      } catch (error) {
        return { success: false, error: wordsOf(error) };
      }
    },
    archive_v1_storage: (params) => {
      const hash = params.hex(0);
      const items = storageItems(params, 1);
      const trie = trieOf(params, 2);
      const child = params.optionalHex(2);
      return told('archive_v1_storageEvent', 'storage', function* () {
        const { state } = stateAt(chain, hash);
        for (const item of items)
          for (const answer of answersTo(state, trie, item))
            yield { ...answer, ...(child && { childTrieKey: child }) };
      });
    },
    archive_v1_storageDiff: (params) => {
      const hash = params.hex(0);
      const items = diffItems(params, 1);
      const previous = params.optionalHex(2);
      return told('archive_v1_storageDiffEvent', 'storageDiff', function* () {
        const { block, state } = stateAt(chain, hash);
        const before = previous ?? toHex(block.header.parentHash);
        const older = stateAt(chain, before);
        if (older.block.number > block.number)
          throw new Error('the previous block is no ancestor of the block');
        for (const item of items) {
          const trie = item.child === null ? MAIN_TRIE : childTrieOf(item.child);
          for (const difference of differences(older.state, state, trie, item))
            yield { ...difference, ...(item.child && { childTrieKey: item.child }) };
        }
      });
    },
    archive_v1_stopStorage: (params, connection) => {
      connection.end(params.raw(0));
      return null;
    },
    archive_v1_stopStorageDiff: (params, connection) => {
      connection.end(params.raw(0));
      return null;
    },
  };
}

/** A subscription that tells each of these, then that it is done, and ends. */
function told(notification: string, event: string, events: () => Generator<Event>): Subscription {
  let stopped = false;
  return new Subscription(
    notification,
    (push, end) => {
      const source = events();
      const turn = () => {
        if (stopped) return;
        try {
          for (let count = 0; count < AT_A_TIME; count++) {
            const next = source.next();
            if (next.done) {
              push({ event: `${event}Done` });
              end();
              return;
            }
            push({ event, ...next.value });
          }
          setImmediate(turn);
        } catch (error) {
          push({ event: `${event}Error`, error: wordsOf(error) });
          end();
        }
      };
      turn();
    },
    () => {
      stopped = true;
    },
  );
}

function wordsOf(error: unknown): string {
  if (error instanceof RpcError) return error.message;
  return error instanceof Error ? error.message : String(error);
}
