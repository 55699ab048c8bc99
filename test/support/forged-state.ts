import { fromHex, type Hex, toHex } from '../../src/bytes/hex.ts';
import { RuntimePanic } from '../../src/executor/panic.ts';
import { MAIN_TRIE } from '../../src/executor/storage/backend.ts';
import { Overlay } from '../../src/executor/storage/overlay.ts';
import type { State } from '../../src/executor/storage/state.ts';
import { blake2b256 } from '../../src/proof/index.ts';
import type { Chain } from '../../src/sandbox/chain/chain.ts';
import type { AnswerFilter } from '../../src/sandbox/rpc/server.ts';

/**
 * A node whose whole state is another one, at whichever block it is asked: an old one, or one with some values forged. All
 * it says of the state fits together, runtime calls and proofs included; its headers are true.
 */
export function stateInstead(chain: Chain, state: State): AnswerFilter {
  const value = (key: string): Hex | null => {
    const found = state.get(key as Hex);
    return found && toHex(found);
  };
  return (method, params, result) => {
    switch (method) {
      case 'state_getStorage':
        return value(String(params[0]));
      case 'state_getStorageHash': {
        const found = state.get(params[0] as Hex);
        return found && toHex(blake2b256(found));
      }
      case 'state_queryStorageAt':
        return [{ block: params[1], changes: (params[0] as string[]).map((key) => [key, value(key)]) }];
      case 'state_getReadProof':
        return { at: params[1], proof: state.prove((params[0] as string[]).map(fromHex)).map(toHex) };
      case 'state_getKeysPaged': {
        const [prefix, count, start] = params as [Hex, number, Hex | null];
        return state.keysWithPrefix(prefix, { after: start, limit: count });
      }
      case 'state_call':
        return called(chain, state, String(params[0]), fromHex(String(params[1])), result);
      default:
        return result;
    }
  };
}

function called(chain: Chain, state: State, method: string, argument: Uint8Array, truth: unknown): unknown {
  try {
    return toHex(chain.runtimeOf().call(method, argument, new Overlay(state)).result);
  } catch (error) {
    if (error instanceof RuntimePanic) return truth;
    throw error;
  }
}

/** The state with one value changed; null removes the key. */
export function withValue(state: State, key: Uint8Array, value: Uint8Array | null): State {
  return state.with(new Map([[MAIN_TRIE, new Map([[toHex(key), value]])]]));
}
