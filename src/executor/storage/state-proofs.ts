import { fromHex, type Hex, toHex } from '../../bytes/hex.ts';
import type { Trie } from '../../proof/index.ts';
import { type KeptNodes, ReceivedNodes } from '../../proof/node-store.ts';
import { leavingAt, MissingTrieNode } from '../../proof/trie-walk.ts';
import { childRootKey, MAIN_TRIE, type ProofKey, type StorageRequest, type TrieName } from './backend.ts';
import type { ReadLog } from './read-log.ts';

/** A state that is known in parts, and comes to know more by read proofs (`state_getReadProof`). */
interface PartialState {
  readonly main: Trie;
  readonly nodes: KeptNodes | null;
  readonly log: ReadLog | null;
  /** @throws MissingTrieNode of the main trie */
  trie(name: TrieName): Trie | null;
}

/** The key whose proof brings the answer, or a step towards it; null when the answer is known. */
export function wantedFor(state: PartialState, { kind, trie, key }: StorageRequest): ProofKey | null {
  if (!knowsTrie(state, trie)) return { trie: MAIN_TRIE, key: childRootKey(trie) };
  const bytes = fromHex(key);
  const lacking = missing(() => {
    if (kind === 'read') state.trie(trie)?.get(bytes);
    else state.trie(trie)?.next(bytes);
  });
  return lacking && { trie, key: toHex(lacking.through) };
}

/**
 * Takes over from a read proof what leads to these keys, and nothing else.
 * @returns the keys that neither it nor what was known proves present or absent: the proof does not hold for them
 * @throws ProofError `PROOF_BAD_NODE`
 */
export function admitProof(
  state: PartialState,
  proof: readonly Uint8Array[],
  keys: readonly ProofKey[],
): ProofKey[] {
  if (state.nodes === null) return [];
  const nodes = new ReceivedNodes(state.nodes, proof);
  const main = state.main.walked({ nodes });
  return keys.filter(({ trie, key }) => {
    const lacking = missing(() => {
      if (trie === MAIN_TRIE) main.get(fromHex(key));
      else if (main.get(fromHex(childRootKey(trie)))) state.trie(trie)?.walked({ nodes }).get(fromHex(key));
    });
    return lacking !== null;
  });
}

/** blake2-256 of a value of the main trie, for which a value that the trie holds apart need not be known. */
export function valueHash(state: PartialState, key: Hex): { readonly hash: Hex } | null | ProofKey {
  const bytes = fromHex(key);
  try {
    const found = state.main.digest(bytes);
    if (found === null) return null;
    const { hash, nibbles } = found;
    // The nodes above the last one, which may hold megabytes: that it is still the same is all that the next block needs.
    if (nibbles > 0) state.log?.looked(toHex(leavingAt(bytes, nibbles - 1)));
    return { hash: toHex(hash) };
  } catch (error) {
    if (!(error instanceof MissingTrieNode)) throw error;
    return { trie: MAIN_TRIE, key: toHex(leavingAt(bytes, error.missing.nibbles)) };
  }
}

/** Whether it is known which root this trie has. */
export function knowsTrie(state: PartialState, trie: TrieName): boolean {
  return missing(() => state.trie(trie)) === null;
}

/** True for a child trie that is known not to exist. */
export function isKnownEmpty(state: PartialState, trie: TrieName): boolean {
  return knowsTrie(state, trie) && state.trie(trie) === null;
}

function missing(ask: () => unknown): MissingTrieNode['missing'] | null {
  try {
    ask();
    return null;
  } catch (error) {
    if (error instanceof MissingTrieNode) return error.missing;
    throw error;
  }
}
