import { toHex } from '../bytes/hex.ts';
import {
  childOffset,
  type DecodedNode,
  decodeNode,
  HASH_LENGTH,
  nibbleAt,
  partialMatches,
} from './node-codec.ts';

/** Gives the bytes with this hash, or null when it doesn't have them. */
export type ArchivedNodes = (hash: Uint8Array) => Promise<Uint8Array | null>;

/**
 * The nodes that prove these keys present or absent, fetched one by one from an archive: what `state_getReadProof` of
 * a living node would give. Null when the archive lacks one of them. Whoever uses the proof verifies it, so the source
 * need not be trusted.
 * @throws ProofError `PROOF_BAD_NODE` when an archived node is malformed
 */
export async function proofFromArchive(
  stateRoot: Uint8Array,
  keys: readonly Uint8Array[],
  nodeOf: ArchivedNodes,
): Promise<Uint8Array[] | null> {
  const used = new Map<string, Uint8Array>();
  for (const key of keys) {
    if ((await readArchived(stateRoot, key, nodeOf, used)) === undefined) return null;
  }
  return [...used.values()];
}

/**
 * The value of a key, null when there is none, undefined when the archive lacks a node on the way. The nodes are taken
 * from `used`, by the hex of their hash, before the archive is asked, and put there.
 */
export async function readArchived(
  stateRoot: Uint8Array,
  key: Uint8Array,
  nodeOf: ArchivedNodes,
  used: Map<string, Uint8Array>,
): Promise<Uint8Array | null | undefined> {
  const path = pathOf(stateRoot, key);
  for (let step = path.next(); ; ) {
    if (step.done === true) return step.value;
    const name = toHex(step.value);
    let bytes = used.get(name) ?? null;
    if (bytes === null) {
      bytes = await nodeOf(step.value);
      if (bytes === null) return undefined;
      used.set(name, bytes);
    }
    step = path.next(bytes);
  }
}

/** Asks for node after node on the way to a key, by hash, and for its value when that is stored apart; returns the value. */
function* pathOf(
  stateRoot: Uint8Array,
  key: Uint8Array,
): Generator<Uint8Array, Uint8Array | null, Uint8Array> {
  const root = yield stateRoot;
  if (root.length === 1 && root[0] === 0) return null;
  const length = key.length * 2;
  let node: DecodedNode = decodeNode(root, 0, root.length);
  for (let depth = 0; ; depth++) {
    if (node.nibbles > length - depth || !partialMatches(node, key, depth)) return null;
    depth += node.nibbles;
    if (depth === length) {
      if (node.value === 'none') return null;
      const value = node.data.subarray(node.valueStart, node.valueEnd);
      return node.value === 'hash' ? yield value : value;
    }
    const at = childOffset(node, nibbleAt(key, depth));
    if (at < 0) return null;
    const start = at + 1;
    const end = start + ((node.data[at] as number) >> 2);
    if (end - start !== HASH_LENGTH) node = decodeNode(node.data, start, end);
    else {
      const child = yield node.data.subarray(start, end);
      node = decodeNode(child, 0, child.length);
    }
  }
}
