import { randomBytes } from 'node:crypto';
import { fromHex, type Hex, isHex, toHex } from '../../bytes/hex.ts';
import { MAIN_TRIE, type TrieName } from '../../executor/storage/backend.ts';
import type { State } from '../../executor/storage/state.ts';
import { blake2b256 } from '../../proof/index.ts';
import type { Block } from '../chain/block.ts';
import { type Chain, propertiesOf } from '../chain/chain.ts';
import { type Connection, Subscription } from './connection.ts';
import { Follow } from './follow.ts';
import type { Methods } from './method.ts';
import type { Params } from './params.ts';
import { invalidParams, RpcError } from './rpc-error.ts';
import { childName, runtimeCall } from './state-methods.ts';

const INVALID_BLOCK = -32_801;
const TYPES = [
  'value',
  'hash',
  'closestDescendantMerkleValue',
  'descendantsValues',
  'descendantsHashes',
] as const;

interface StorageItem {
  readonly key: Hex;
  readonly type: (typeof TYPES)[number];
}

/** The newer JSON-RPC interface: `chainSpec_v1`, `chainHead_v1` and `transaction_v1` (paritytech/json-rpc-interface-spec). */
export function chainHeadMethods(chain: Chain): Methods {
  const follows = new Map<string, Follow>();
  const broadcasts = new Set<string>();

  const follow = (params: Params, connection: Connection): Follow | undefined => {
    const id = params.text(0);
    return connection.find(id) === undefined ? undefined : follows.get(id);
  };
  const pinned = (params: Params, connection: Connection): { follow: Follow; block: Block } | null => {
    const found = follow(params, connection);
    if (found === undefined) return null;
    const block = found.block(params.hex(1));
    if (block === undefined) throw new RpcError(INVALID_BLOCK, 'Invalid block hash');
    return { follow: found, block };
  };

  return {
    chainSpec_v1_chainName: () => chain.identity.name,
    chainSpec_v1_genesisHash: () => chain.genesisHash,
    chainSpec_v1_properties: () => propertiesOf(chain.identity),

    chainHead_v1_follow: (params) => {
      const withRuntime = params.raw(0);
      if (typeof withRuntime !== 'boolean') throw invalidParams('parameter 1 must be true or false');
      const started = new Follow(chain, withRuntime);
      const subscription: Subscription = new Subscription(
        'chainHead_v1_followEvent',
        (push) => {
          follows.set(subscription.id, started);
          started.begin(push);
        },
        () => {
          follows.delete(subscription.id);
          started.end();
        },
      );
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
      if (found === null) return { result: 'limitReached' };
      return found.follow.operate(() => [
        { event: 'operationBodyDone', value: found.block.extrinsics.map(toHex) },
      ]);
    },
    chainHead_v1_call: (params, connection) => {
      const found = pinned(params, connection);
      const method = params.text(2);
      const argument = fromHex(params.hex(3));
      if (found === null) return { result: 'limitReached' };
      return found.follow.operate(() => {
        try {
          const output = toHex(runtimeCall(chain, method, argument, found.block.hash));
          return [{ event: 'operationCallDone', output }];
        } catch (error) {
          return [failed(error)];
        }
      });
    },
    chainHead_v1_storage: (params, connection) => {
      const found = pinned(params, connection);
      const items = storageItems(params.raw(2));
      const child = params.optionalHex(3);
      if (found === null) return { result: 'limitReached' };
      const started = found.follow.operate(() => {
        const state = found.block.state;
        if (state === null) return [{ event: 'operationInaccessible' }];
        const trie = child === null ? MAIN_TRIE : childName(child);
        const answers = items.flatMap((item) => answer(state, trie, item));
        return [
          ...(answers.length === 0 ? [] : [{ event: 'operationStorageItems', items: answers }]),
          { event: 'operationStorageDone' },
        ];
      });
      return { ...started, discardedItems: 0 };
    },
    chainHead_v1_continue: () => null,
    chainHead_v1_stopOperation: () => null,
    chainHead_v1_unpin: (params, connection) => {
      const hashes = Array.isArray(params.raw(1)) ? params.hexes(1) : [params.hex(1)];
      if (follow(params, connection)?.unpin(hashes) === false)
        throw new RpcError(INVALID_BLOCK, 'Invalid block hash');
      return null;
    },

    // A broadcast says nothing about what becomes of the transaction: clients watch the blocks.
    transaction_v1_broadcast: (params) => {
      const id = randomBytes(8).toString('hex');
      chain.pool.submit(fromHex(params.hex(0)));
      broadcasts.add(id);
      return id;
    },
    transaction_v1_stop: (params) => {
      if (!broadcasts.delete(params.text(0))) throw new RpcError(-32_602, 'Invalid operation id');
      return null;
    },
  };
}

function storageItems(value: unknown): StorageItem[] {
  const valid =
    Array.isArray(value) &&
    value.every(
      (item) =>
        isHex(item?.key) && TYPES.includes(item?.type) && item.type !== 'closestDescendantMerkleValue',
    );
  if (!valid)
    throw invalidParams('parameter 3 must be a list of keys with a type of query that this node answers');
  return (value as StorageItem[]).map(({ key, type }) => ({ key: key.toLowerCase() as Hex, type }));
}

function answer(state: State, trie: TrieName, { key, type }: StorageItem): Record<string, Hex>[] {
  const hashed = type === 'hash' || type === 'descendantsHashes';
  const keys = type === 'value' || type === 'hash' ? [key] : state.keysWithPrefix(key, { trie });
  return keys.flatMap((name): Record<string, Hex>[] => {
    const value = state.get(name, trie);
    if (value === null) return [];
    return [hashed ? { key: name, hash: toHex(blake2b256(value)) } : { key: name, value: toHex(value) }];
  });
}

function failed(error: unknown): Record<string, unknown> {
  return { event: 'operationError', error: error instanceof Error ? error.message : String(error) };
}
