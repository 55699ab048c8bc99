import { concatBytes, encodeText, equalBytes } from '../bytes/bytes.ts';
import { type Hex, toHex } from '../bytes/hex.ts';
import { ProofError } from './error.ts';
import { blake2b256 } from './hash.ts';
import {
  type DecodedNode,
  decodeNode,
  EMPTY_NODE,
  encodeNodeHeader,
  HASH_LENGTH,
  nibbleAt,
} from './node-codec.ts';

/**
 * The form in which a proof travels to validators (sp-trie's `trie_codec.rs`, on trie-db's): the nodes of a trie in the order in
 * which a walk comes to them, those of the main trie first, then those of child tries in the order of their names. Where a
 * node follows, its parent has an inline child of no length instead of the hash; where the value follows that a node has the
 * hash of, the node has an inline value of no length, and `ESCAPE` in front.
 */
const ESCAPE = Uint8Array.of(0x01);
/** What stands before a hash: its length, SCALE. */
const HASH_FOLLOWS = Uint8Array.of(HASH_LENGTH << 2);
const NOTHING = Uint8Array.of(0);
const CHILD_ROOTS = encodeText(':child_storage:default:');
/** Nodes that a search for child tries may come through, repeated ones counted each time. */
const MOST_SEARCHED = 1_000_000;
/** In nibbles. */
const DEEPEST = 4096;

/** By hash. */
type Nodes = ReadonlyMap<Hex, Uint8Array>;

/**
 * The compact form of a proof under this root: of nodes, or of nodes by their hash where that is known. Those that do not hang
 * together with the root are left out.
 * @throws ProofError `PROOF_MISSING_NODE` when the root node is not among them, `PROOF_BAD_NODE`
 */
export function encodeCompactProof(nodes: readonly Uint8Array[] | Nodes, root: Uint8Array): Uint8Array[] {
  const known: Nodes =
    'get' in nodes ? nodes : new Map(nodes.map((bytes) => [toHex(blake2b256(bytes)), bytes]));
  const top = known.get(toHex(root));
  if (top === undefined) {
    throw new ProofError('PROOF_MISSING_NODE', `The proof lacks the root node with hash ${toHex(root)}.`);
  }
  const compact: Uint8Array[] = [];
  encodeBelow(top, known, compact);
  for (const child of childRoots(known, root)) {
    const childTop = known.get(toHex(child));
    // A root may be in the proof though nobody looked into its trie.
    if (childTop) encodeBelow(childTop, known, compact);
  }
  return compact;
}

/**
 * The nodes and hashed values of a compact proof, each under the hash that is computed of it here, in time and memory that
 * the proof's own size bounds.
 * @throws ProofError `PROOF_MISSING_NODE` when it is of another root or ends too early, `PROOF_UNUSED_NODE` when it goes on after
 * its end, `PROOF_BAD_NODE`
 */
export function decodeCompactProof(compact: readonly Uint8Array[], root: Uint8Array): Map<Hex, Uint8Array> {
  const known = new Map<Hex, Uint8Array>();
  const items = { list: compact, at: 0 };
  const top = decodeTrie(items, known);
  if (!equalBytes(top, root)) {
    throw new ProofError('PROOF_MISSING_NODE', `The proof is of the root ${toHex(top)}, not ${toHex(root)}.`);
  }
  let decoded: Uint8Array | null = null;
  for (const child of [...childRoots(known, root)]) {
    if (decoded === null && items.at < compact.length) decoded = decodeTrie(items, known);
    // Of some child tries the root is there and no node.
    if (decoded && equalBytes(decoded, child)) decoded = null;
  }
  if (decoded !== null || items.at < compact.length) {
    throw new ProofError('PROOF_UNUSED_NODE', 'The proof goes on after the last trie that it is of.');
  }
  return known;
}

function encodeBelow(bytes: Uint8Array, known: Nodes, compact: Uint8Array[]): void {
  if (equalBytes(bytes, EMPTY_NODE)) {
    compact.push(bytes);
    return;
  }
  const node = decodeNode(bytes, 0, bytes.length);
  const place = compact.push(bytes) - 1;
  const value = node.value === 'hash' ? known.get(toHex(heldBy(node))) : undefined;
  if (value) compact.push(value);
  const pieces = value
    ? [ESCAPE, ...headOf(node, 'inline'), NOTHING]
    : [bytes.subarray(0, node.childrenStart)];
  for (const { reference, hash } of childrenOf(node)) {
    const child = hash && known.get(toHex(hash));
    pieces.push(child ? NOTHING : reference);
    if (child) encodeBelow(child, known, compact);
  }
  compact[place] = concatBytes(...pieces);
}

/** A node whose children are still being put in. */
interface Unfinished {
  readonly pieces: Uint8Array[];
  readonly children: readonly ChildReference[];
  next: number;
}

/** @returns the hash of the root */
function decodeTrie(
  items: { readonly list: readonly Uint8Array[]; at: number },
  known: Map<Hex, Uint8Array>,
): Uint8Array {
  const take = (): Uint8Array => {
    const item = items.list[items.at++];
    if (item) return item;
    throw new ProofError('PROOF_MISSING_NODE', 'The proof ends before the last node that it promises.');
  };
  const keep = (bytes: Uint8Array): Uint8Array => {
    const hash = blake2b256(bytes);
    known.set(toHex(hash), bytes);
    return hash;
  };
  const parents: Unfinished[] = [];
  for (;;) {
    let node: Unfinished | undefined = unfinished(take(), () => keep(take()));
    while (node) {
      const { pieces, children } = node;
      for (; node.next < children.length && !isOmitted(children[node.next]); node.next++) {
        pieces.push((children[node.next] as ChildReference).reference);
      }
      if (node.next < children.length) break;
      const hash = keep(concatBytes(...pieces));
      node = parents.pop();
      if (!node) return hash;
      node.pieces.push(HASH_FOLLOWS, hash);
      node.next++;
    }
    parents.push(node as Unfinished);
  }
}

/** `hashOfValue` takes the next item, which is the value. */
function unfinished(item: Uint8Array, hashOfValue: () => Uint8Array): Unfinished {
  if (equalBytes(item, EMPTY_NODE)) return { pieces: [item], children: [], next: 0 };
  if (item[0] !== ESCAPE[0]) {
    const node = decodeNode(item, 0, item.length, true);
    return { pieces: [item.subarray(0, node.childrenStart)], children: [...childrenOf(node)], next: 0 };
  }
  const node = decodeNode(item, 1, item.length, true);
  if (node.value !== 'inline' || node.valueStart !== node.valueEnd) {
    throw new ProofError('PROOF_BAD_NODE', 'A compact node has no place for the value that follows it.');
  }
  return { pieces: [...headOf(node, 'hash'), hashOfValue()], children: [...childrenOf(node)], next: 0 };
}

/** All of a node that comes before its value, with another kind of value. */
function headOf(node: DecodedNode, kind: 'inline' | 'hash'): Uint8Array[] {
  const { data, bitmap, nibbles, partialStart } = node;
  const isLeaf = bitmap === 0;
  const header = Uint8Array.from(encodeNodeHeader(isLeaf, kind, nibbles));
  const end = partialStart + ((nibbles + 1) >> 1) + (isLeaf ? 0 : 2);
  return [header, data.subarray(partialStart, end)];
}

interface ChildReference {
  readonly nibble: number;
  /** With its length. */
  readonly reference: Uint8Array;
  readonly hash: Uint8Array | null;
}

function isOmitted(child: ChildReference | undefined): boolean {
  return child?.reference.length === 1;
}

function* childrenOf(node: DecodedNode): Generator<ChildReference> {
  let at = node.childrenStart;
  for (let nibble = 0; nibble < 16; nibble++) {
    if ((node.bitmap & (1 << nibble)) === 0) continue;
    const end = at + 1 + ((node.data[at] as number) >> 2);
    const reference = node.data.subarray(at, end);
    yield { nibble, reference, hash: end - at - 1 === HASH_LENGTH ? reference.subarray(1) : null };
    at = end;
  }
}

function heldBy(node: DecodedNode): Uint8Array {
  return node.data.subarray(node.valueStart, node.valueEnd);
}

/**
 * The roots of child tries that a proof of the main trie shows, in the order of their names.
 * @throws ProofError `PROOF_BAD_NODE` for what is no root
 */
function* childRoots(known: Nodes, root: Uint8Array): Generator<Uint8Array> {
  let left = MOST_SEARCHED;
  const wanted = CHILD_ROOTS.length * 2;
  function* below(bytes: Uint8Array, depth: number): Generator<Uint8Array> {
    if (left-- === 0 || depth > DEEPEST)
      throw new ProofError('PROOF_BAD_NODE', 'A proof has too many child tries, or too long names of them.');
    if (equalBytes(bytes, EMPTY_NODE)) return;
    const node = decodeNode(bytes, 0, bytes.length);
    const first = node.partialStart * 2 + (node.nibbles & 1);
    for (let i = 0; i < node.nibbles && depth + i < wanted; i++) {
      if (nibbleAt(node.data, first + i) !== nibbleAt(CHILD_ROOTS, depth + i)) return;
    }
    const end = depth + node.nibbles;
    if (end >= wanted && node.value === 'inline') {
      const value = heldBy(node);
      if (value.length !== HASH_LENGTH)
        throw new ProofError('PROOF_BAD_NODE', 'A child trie has a root that is no hash.');
      yield value;
    }
    for (const { nibble, reference, hash } of childrenOf(node)) {
      if (end < wanted && nibble !== nibbleAt(CHILD_ROOTS, end)) continue;
      const child = hash ? known.get(toHex(hash)) : reference.subarray(1);
      if (child) yield* below(child, end + 1);
    }
  }
  const top = known.get(toHex(root));
  if (top) yield* below(top, 0);
}
