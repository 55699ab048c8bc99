import { fromHex, type Hex, toHex } from '../../bytes/hex.ts';
import type { TrieName } from '../../executor/storage/backend.ts';
import type { Block } from '../chain/block.ts';
import { type Chain, propertiesOf } from '../chain/chain.ts';
import { type Connection, Subscription } from './connection.ts';
import { Follow } from './follow.ts';
import type { Methods } from './method.ts';
import type { OperationEvents } from './operations.ts';
import type { Params } from './params.ts';
import { RpcError } from './rpc-error.ts';
import { callAt } from './state-methods.ts';
import { answersTo, type StorageAnswer, type StorageItem, storageItems, trieOf } from './storage-queries.ts';

/** Error codes of paritytech/json-rpc-interface-spec. */
const TOO_MANY_FOLLOWS = -32_800;
const INVALID_BLOCK = -32_801;
const WITHOUT_RUNTIME = -32_802;
const NOT_WAITING = -32_803;
const REPEATED_HASH = -32_804;
/** sc-rpc-spec-v2 `MAX_FOLLOW_SUBSCRIPTIONS_PER_CONNECTION`. */
const MOST_FOLLOWS = 4;
/** After so many keys, or characters, a walk over descendants waits for the client. */
const PAGE_KEYS = 1000;
const PAGE_CHARACTERS = 1024 * 1024;

const LIMIT_REACHED = { result: 'limitReached' };

/** `chainSpec_v1_*` and `chainHead_v1_*` of paritytech/json-rpc-interface-spec. */
export function chainHeadMethods(chain: Chain): Methods {
  const follows = new WeakMap<Connection, Map<string, Follow>>();
  const followsOf = (connection: Connection) => {
    const known = follows.get(connection) ?? new Map<string, Follow>();
    follows.set(connection, known);
    return known;
  };
  const followOf = (params: Params, connection: Connection): Follow | undefined =>
    followsOf(connection).get(params.text(0));
  /** Null for a follow that is over: what was asked before its client heard so is no error. */
  const pinned = (params: Params, connection: Connection): { follow: Follow; block: Block } | null => {
    const hash = params.hex(1);
    const follow = followOf(params, connection);
    if (follow === undefined) return null;
    const block = follow.block(hash);
    if (block === undefined) throw new RpcError(INVALID_BLOCK, 'Invalid block hash');
    return { follow, block };
  };

  return {
    chainSpec_v1_chainName: () => chain.identity.name,
    chainSpec_v1_genesisHash: () => chain.genesisHash,
    chainSpec_v1_properties: () => propertiesOf(chain.identity),

    chainHead_v1_follow: (params, connection) => {
      const started = new Follow(chain, params.flag(0));
      const known = followsOf(connection);
      if (known.size >= MOST_FOLLOWS)
        throw new RpcError(TOO_MANY_FOLLOWS, 'Maximum number of chainHead_follow has been reached');
      const subscription: Subscription = new Subscription(
        'chainHead_v1_followEvent',
        (push, end) => started.begin(push, end),
        () => {
          known.delete(subscription.id);
          started.end();
        },
      );
      known.set(subscription.id, started);
      return subscription;
    },
    chainHead_v1_unfollow: (params, connection) => {
      connection.end(params.raw(0));
      return null;
    },
    chainHead_v1_header: (params, connection) => {
      const found = pinned(params, connection);
      return found && toHex(found.block.encodedHeader);
    },
    chainHead_v1_body: (params, connection) => {
      const found = pinned(params, connection);
      if (found === null || found.follow.operations.room < 1) return LIMIT_REACHED;
      const value = found.block.extrinsics.map(toHex);
      return found.follow.operations.start([{ event: 'operationBodyDone', value }].values());
    },
    chainHead_v1_call: (params, connection) => {
      const method = params.text(2);
      const argument = fromHex(params.hex(3));
      const found = pinned(params, connection);
      if (found === null) return LIMIT_REACHED;
      const { follow, block } = found;
      if (!follow.withRuntime)
        throw new RpcError(WITHOUT_RUNTIME, 'The runtime updates flag must be set to make this call');
      if (follow.operations.room < 1) return LIMIT_REACHED;
      return follow.operations.start(callEvents(() => callAt(chain, method, argument, block)));
    },
    chainHead_v1_storage: (params, connection) => {
      const items = storageItems(params, 2);
      const trie = trieOf(params, 3);
      const found = pinned(params, connection);
      if (found === null) return LIMIT_REACHED;
      const { operations } = found.follow;
      const taken = items.slice(0, Math.max(0, operations.room));
      if (items.length > 0 && taken.length === 0) return LIMIT_REACHED;
      const started = operations.start(storageEvents(found.block, trie, taken), taken.length);
      return { ...started, discardedItems: items.length - taken.length };
    },
    chainHead_v1_continue: (params, connection) => {
      const id = params.text(1);
      if (followOf(params, connection)?.operations.resume(id) === false)
        throw new RpcError(NOT_WAITING, 'The operation does not wait');
      return null;
    },
    chainHead_v1_stopOperation: (params, connection) => {
      const id = params.text(1);
      followOf(params, connection)?.operations.stop(id);
      return null;
    },
    chainHead_v1_unpin: (params, connection) => {
      const hashes: Hex[] = Array.isArray(params.raw(1)) ? params.hexes(1) : [params.hex(1)];
      const follow = followOf(params, connection);
      if (follow === undefined) return null;
      if (new Set(hashes).size < hashes.length)
        throw new RpcError(REPEATED_HASH, 'Received duplicate hashes for the `chainHead_unpin` method');
      if (!follow.unpin(hashes)) throw new RpcError(INVALID_BLOCK, 'Invalid block hash');
      return null;
    },
  };
}

function* callEvents(call: () => Uint8Array): OperationEvents {
  yield { event: 'operationCallDone', output: toHex(call()) };
}

function* storageEvents(
  { state }: Block,
  trie: TrieName,
  items: readonly StorageItem[],
): Generator<Readonly<Record<string, unknown>> | 'pause'> {
  if (state === null) return yield { event: 'operationInaccessible' };
  let page: StorageAnswer[] = [];
  let size = 0;
  for (const item of items) {
    for (const answer of answersTo(state, trie, item)) {
      if (page.length >= PAGE_KEYS || (size >= PAGE_CHARACTERS && item.type.startsWith('descendants'))) {
        yield { event: 'operationStorageItems', items: page };
        yield 'pause';
        page = [];
        size = 0;
      }
      page.push(answer);
      size += (answer.value ?? '').length;
    }
  }
  if (page.length > 0) yield { event: 'operationStorageItems', items: page };
  yield { event: 'operationStorageDone' };
}
