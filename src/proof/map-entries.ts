import { equalBytes } from '../bytes/bytes.ts';
import { ProofError } from './error.ts';
import { blake2b256 } from './hash.ts';
import {
  childOffset,
  type DecodedNode,
  decodeNode,
  EMPTY_NODE,
  HASH_LENGTH,
  nibbleAt,
} from './node-codec.ts';
import { NodeTable } from './node-table.ts';

/** All entries of one storage map, as far as the nodes of a proof show them. */
export interface MapEntries {
  /** What stands in for the whole map in the node above it: equal only for equal maps. Null for a map without entries. */
  readonly top: Uint8Array | null;
  /** Whether that is what `unless` was, so that nothing was told. */
  readonly isSame: boolean;
  /** Keys that lead through nodes which the proof lacks: a proof of these shows more. Empty when the map is whole. */
  readonly missing: readonly Uint8Array[];
  /** Few keys whose proof holds every node of the map that was come to, and all that is inline in them. */
  readonly covering: readonly Uint8Array[];
}

/** A proof as nodes by their hash, from which several maps are read. */
export interface ProofNodes {
  readonly root: Uint8Array;
  find(hashes: Uint8Array, offset: number): Uint8Array | undefined;
}

const EMPTY_ROOT = blake2b256(EMPTY_NODE);
/** Nibbles of the longest key that is looked into: no map of a runtime has longer ones. */
const LONGEST = 512;

/** @throws PROOF_BAD_ARGUMENT */
export function proofNodes(stateRoot: Uint8Array, nodes: readonly Uint8Array[]): ProofNodes {
  const table = new NodeTable(nodes);
  return {
    root: stateRoot,
    find: (hashes, offset) => nodes[table.find(hashes, offset)],
  };
}

/**
 * Walks the part of a trie whose keys begin with `prefix`, and tells each entry: its whole key and its value, both only for the time of
 * the call. What the nodes do not show is `missing`; what they do show is all there is, for the trie commits to absences too. With `unless`,
 * a map that has this `top` is not walked at all.
 * @throws PROOF_BAD_NODE, and PROOF_MISSING_NODE when a value of the map is stored apart from its node: none of 32 bytes or less is
 */
export function readMapEntries(
  nodes: ProofNodes,
  prefix: Uint8Array,
  entry: (key: Uint8Array, value: Uint8Array) => void,
  unless: Uint8Array | null = null,
): MapEntries {
  const missing: Uint8Array[] = [];
  const covering: Uint8Array[] = [];
  const path = new Uint8Array(LONGEST);
  const wanted = prefix.length * 2;
  let top: Uint8Array | null = null;
  let isSame = false;

  /** A key of whole bytes that leads through the node at this depth of the present path. */
  const through = (depth: number): Uint8Array => {
    const nibbles = Math.max(depth, wanted);
    const key = new Uint8Array((nibbles + 1) >> 1);
    for (let at = 0; at < nibbles; at += 1) {
      const nibble = at < depth ? (path[at] as number) : nibbleAt(prefix, at);
      key[at >> 1] = (key[at >> 1] as number) | (at % 2 === 0 ? nibble << 4 : nibble);
    }
    return key;
  };

  /** Whether the node, or one below it, stands under a hash. */
  const visit = (reference: Uint8Array, at: number, length: number, depth: number): boolean => {
    const isHashed = length === HASH_LENGTH;
    const found = isHashed ? nodes.find(reference, at) : reference;
    if (found === undefined) {
      missing.push(through(depth));
      return true;
    }
    const node = isHashed ? decodeNode(found, 0, found.length) : decodeNode(reference, at, at + length);
    const end = depth + node.nibbles;
    if (end > LONGEST) throw new ProofError('PROOF_BAD_NODE', 'A key of the map is longer than any is.');
    for (let nibble = 0; nibble < node.nibbles; nibble += 1) {
      path[depth + nibble] = partialNibble(node, nibble);
      if (depth + nibble < wanted && path[depth + nibble] !== nibbleAt(prefix, depth + nibble))
        return isHashed;
    }
    if (end >= wanted && top === null) {
      top = reference.slice(at, at + length);
      isSame = unless !== null && equalBytes(top, unless);
      if (isSame) {
        covering.push(through(depth));
        return true;
      }
    }
    if (end >= wanted && node.value !== 'none') {
      if (node.value === 'hash')
        throw new ProofError('PROOF_MISSING_NODE', 'A value of the map is stored apart from its node.');
      entry(through(end), node.data.subarray(node.valueStart, node.valueEnd));
    }
    let isAbove = false;
    for (let index = 0; index < 16; index += 1) {
      if (end < wanted && index !== nibbleAt(prefix, end)) continue;
      const offset = childOffset(node, index);
      if (offset < 0) continue;
      path[end] = index;
      const size = (node.data[offset] as number) >> 2;
      if (visit(node.data, offset + 1, size, end + 1)) isAbove = true;
    }
    // The way to a node below leads through this one.
    if (isHashed && !isAbove) covering.push(through(depth));
    return isHashed || isAbove;
  };

  if (!equalBytes(nodes.root, EMPTY_ROOT)) visit(nodes.root, 0, HASH_LENGTH, 0);
  return { top, isSame, missing, covering };
}

function partialNibble(node: DecodedNode, index: number): number {
  return nibbleAt(node.data, node.partialStart * 2 + (node.nibbles & 1) + index);
}
