import { encodeText } from '../../bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../../bytes/hex.ts';
import { RescueError } from '../../domain/errors.ts';
import { RuntimePanic } from '../../executor/panic.ts';
import { MAIN_TRIE, type TrieName } from '../../executor/storage/backend.ts';
import type { State } from '../../executor/storage/state.ts';
import { blake2b256 } from '../../proof/index.ts';
import type { Block } from '../chain/block.ts';
import type { Chain } from '../chain/chain.ts';
import { stateAt, versionView } from './block-views.ts';
import { Subscription } from './connection.ts';
import type { Methods } from './method.ts';
import type { Params } from './params.ts';
import { CLIENT_ERROR, invalidParams, RpcError } from './rpc-error.ts';

/** Nodes refuse larger pages. */
const LARGEST_PAGE = 1000;
const CHILD_PREFIX = toHex(encodeText(':child_storage:default:'));

/** Runs a runtime API at a block, with failures told as nodes tell them. */
export function runtimeCall(chain: Chain, method: string, argument: Uint8Array, at: Hex | null): Uint8Array {
  return callAt(chain, method, argument, stateAt(chain, at).block);
}

/** As `runtimeCall`, at a block whose state is there. */
export function callAt(chain: Chain, method: string, argument: Uint8Array, block: Block): Uint8Array {
  try {
    return chain.call(method, argument, block);
  } catch (error) {
    if (error instanceof RuntimePanic) {
      throw new RpcError(
        CLIENT_ERROR,
        `Client error: Execution failed: Execution aborted due to panic: ${error.panic}`,
      );
    }
    if (error instanceof RescueError && error.details.missing === method) {
      throw new RpcError(
        CLIENT_ERROR,
        `Client error: Execution failed: Exported method ${method} is not found`,
      );
    }
    throw error;
  }
}

/** What the state calls a child trie, from its prefixed storage key. */
export function childName(key: Hex): string {
  if (!isChildKey(key)) throw invalidParams('a child storage key begins with :child_storage:default:');
  return key.slice(CHILD_PREFIX.length);
}

/** Whether this is the prefixed storage key of a child trie. */
export function isChildKey(key: Hex): boolean {
  return key.startsWith(CHILD_PREFIX);
}

/** `state_*` and the reading half of `childstate_*`. */
export function stateMethods(chain: Chain): Methods {
  const state = (params: Params, index: number) => stateAt(chain, params.optionalHex(index));
  const value = (params: Params) => state(params, 1).state.get(params.hex(0));
  const changesAt = (block: Block, keys: readonly Hex[]) => ({
    block: block.hash,
    changes: keys.map((key) => [key, view(block.state?.get(key) ?? null)]),
  });
  const child = (params: Params, at: number) => {
    return state(params, at).state.get(params.hex(1), childName(params.hex(0)));
  };
  const page = (state: State, params: Params, first: number, trie: TrieName) => {
    const limit = params.count(first + 1);
    if (limit > LARGEST_PAGE)
      throw new RpcError(4002, `count exceeds maximum value. value: ${limit}, max: ${LARGEST_PAGE}`);
    const after = params.optionalHex(first + 2);
    return state.keysWithPrefix(params.optionalHex(first) ?? '0x', { after, limit, trie });
  };
  const version = (params: Params) => {
    const { block } = state(params, 0);
    return versionView(chain.runtimeOf(block).version);
  };

  return {
    state_call: (params) =>
      toHex(runtimeCall(chain, params.text(0), fromHex(params.hex(1)), params.optionalHex(2))),
    state_getMetadata: (params) => {
      const { block } = state(params, 0);
      return toHex(chain.typesOf(block).metadata);
    },
    state_getRuntimeVersion: version,
    state_getStorage: (params) => view(value(params)),
    state_getStorageHash: (params) => {
      const found = value(params);
      return found && toHex(blake2b256(found));
    },
    state_getStorageSize: (params) => value(params)?.length ?? null,
    state_getKeys: (params) => state(params, 1).state.keysWithPrefix(params.hex(0)),
    state_getKeysPaged: (params) => page(state(params, 3).state, params, 0, MAIN_TRIE),
    state_getPairs: (params) => {
      const { main } = state(params, 1).state;
      return [...main.entries(fromHex(params.hex(0)))].map(([key, held]) => [toHex(key), toHex(held)]);
    },
    state_queryStorageAt: (params) => [changesAt(state(params, 1).block, params.hexes(0))],
    state_queryStorage: (params) => {
      const keys = params.hexes(0);
      const from = state(params, 1).block.number;
      const to = state(params, 2).block.number;
      const sets: ReturnType<typeof changesAt>[] = [];
      for (let number = from; number <= to; number++) {
        const block = stateAt(chain, chain.hashAt(number) ?? null).block;
        const before = number === from ? null : chain.blockAt(number - 1)?.state;
        const changed = keys.filter((key) => !before || before.get(key) !== block.state?.get(key));
        if (changed.length > 0) sets.push(changesAt(block, changed));
      }
      return sets;
    },
    state_getReadProof: (params) => {
      const at = state(params, 1);
      return { at: at.block.hash, proof: at.state.prove(params.hexes(0).map(fromHex)).map(toHex) };
    },
    state_getChildReadProof: (params) => {
      const name = childName(params.hex(0));
      const keys = params.hexes(1).map(fromHex);
      const at = state(params, 2);
      // What leads to the child's root in the main trie, or shows that there is none, belongs to the proof.
      const main = keys.length === 0 ? [] : at.state.prove([fromHex(params.hex(0))]);
      const child = at.state.prove(keys, name);
      return { at: at.block.hash, proof: [...new Set([...main, ...child].map(toHex))] };
    },
    state_subscribeStorage: (params) => {
      const keys = params.hexes(0);
      let listener: ((block: Block) => void) | undefined;
      let last = chain.best;
      return new Subscription(
        'state_storage',
        (push) => {
          listener = (block) => {
            const changed = keys.filter((key) => block.state?.get(key) !== last.state?.get(key));
            last = block;
            if (changed.length > 0) push(changesAt(block, changed));
          };
          last = chain.best;
          push(changesAt(last, keys));
          chain.on('imported', listener);
        },
        () => listener && chain.off('imported', listener),
      );
    },
    state_unsubscribeStorage: (params, connection) => connection.end(params.raw(0)),
    state_subscribeRuntimeVersion: () => {
      let listener: (() => void) | undefined;
      return new Subscription(
        'state_runtimeVersion',
        (push) => {
          let last = chain.runtimeOf();
          listener = () => {
            const runtime = chain.runtimeOf();
            if (runtime.version.specVersion !== last.version.specVersion || runtime !== last)
              push(versionView(runtime.version));
            last = runtime;
          };
          push(versionView(last.version));
          chain.on('imported', listener);
        },
        () => listener && chain.off('imported', listener),
      );
    },
    state_unsubscribeRuntimeVersion: (params, connection) => connection.end(params.raw(0)),
    childstate_getStorage: (params) => view(child(params, 2)),
    childstate_getStorageEntries: (params) => {
      const { state: at } = state(params, 2);
      const name = childName(params.hex(0));
      return params.hexes(1).map((key) => view(at.get(key, name)));
    },
    childstate_getStorageHash: (params) => {
      const found = child(params, 2);
      return found && toHex(blake2b256(found));
    },
    childstate_getStorageSize: (params) => child(params, 2)?.length ?? null,
    childstate_getKeys: (params) =>
      state(params, 2).state.keysWithPrefix(params.hex(1), { trie: childName(params.hex(0)) }),
    childstate_getKeysPaged: (params) => page(state(params, 4).state, params, 1, childName(params.hex(0))),
  };
}

function view(value: Uint8Array | null): Hex | null {
  return value && toHex(value);
}
