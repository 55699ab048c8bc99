import { toHex } from '../../bytes/hex.ts';
import { RescueError } from '../../domain/errors.ts';
import type { ArchivedNode } from '../../domain/ports/census.ts';
import { ProofError } from '../../proof/error.ts';
import { type DecodedNode, decodeNode, HASH_LENGTH, nibbleAt } from '../../proof/node-codec.ts';
import { NodeTable } from '../../proof/node-table.ts';

/** Keys that begin with `prefix`, come after `after` (null: from the first) and not after `upTo` (null: to the last). */
export interface StorageRange {
  readonly prefix: Uint8Array;
  readonly after: Uint8Array | null;
  readonly upTo: Uint8Array | null;
}

export interface VerifiedRange {
  /** Every key of the state that lies in the range, ascending. */
  readonly keys: readonly Uint8Array[];
  /**
   * The nodes and hashed values of these keys with their hashes, without those on the way to `after`, which belong
   * to the range before this one.
   */
  readonly nodes: readonly ArchivedNode[];
}

/**
 * Walks the trie through everything that lies in the range. A node's answer is trusted for nothing: a key that it
 * kept back shows as a child whose node is missing. So whoever goes through a map range by range, each beginning
 * after the end of the one before, has all of its keys.
 *
 * `nodes` is the read proof of all keys in the range and of `after` (or of `prefix` itself, at the beginning).
 * @throws RESCUE_PROOF_INVALID when a node of the range is missing or malformed
 */
export function verifyStorageRange(
  stateRoot: Uint8Array,
  nodes: readonly Uint8Array[],
  range: StorageRange,
): VerifiedRange {
  try {
    return new RangeWalk(nodes, range).from(stateRoot);
  } catch (cause) {
    if (!(cause instanceof ProofError)) throw cause;
    const after = range.after === null ? 'the first key' : `key ${toHex(range.after)}`;
    throw new RescueError(
      'RESCUE_PROOF_INVALID',
      `The proof of the keys from ${after} on does not show all of them under state root ${toHex(stateRoot)}: ${cause.message}`,
      { cause, details: { proof: cause.code } },
    );
  }
}

/** The path so far agrees with all of `after`, or of `upTo`, that it is long enough to compare with. */
const ON_AFTER = 1;
const ON_UP_TO = 2;
const OUTSIDE = -1;

class RangeWalk {
  readonly #table: NodeTable;
  readonly #nodes: readonly Uint8Array[];
  readonly #range: StorageRange;
  readonly #path: number[] = [];
  readonly #keys: Uint8Array[] = [];
  readonly #found: ArchivedNode[] = [];

  constructor(nodes: readonly Uint8Array[], range: StorageRange) {
    this.#table = new NodeTable(nodes);
    this.#nodes = nodes;
    this.#range = range;
  }

  from(stateRoot: Uint8Array): VerifiedRange {
    const { after, upTo } = this.#range;
    const place = (after === null ? 0 : ON_AFTER) | (upTo === null ? 0 : ON_UP_TO);
    const root = this.#resolve(stateRoot, 0, place, 'root node');
    // The empty trie is one zero byte, which is no node.
    if (root.length !== 1 || root[0] !== 0) this.#visit(decodeNode(root, 0, root.length), place);
    return { keys: this.#keys, nodes: this.#found };
  }

  #visit(node: DecodedNode, at: number): void {
    const { data, partialStart, nibbles } = node;
    const path = this.#path;
    const depth = path.length;
    let place = at;
    const odd = nibbles & 1;
    for (let i = 0; i < nibbles && place !== OUTSIDE; i++) {
      const nibble = nibbleAt(data, partialStart * 2 + odd + i);
      place = this.#step(place, nibble, path.length);
      path.push(nibble);
    }
    if (place !== OUTSIDE) {
      if (node.value !== 'none') this.#take(node, place);
      if (node.bitmap !== 0) this.#descend(node, place);
    }
    path.length = depth;
  }

  #descend(node: DecodedNode, place: number): void {
    const { data } = node;
    const depth = this.#path.length;
    let at = node.childrenStart;
    for (let nibble = 0; nibble < 16; nibble++) {
      if ((node.bitmap & (1 << nibble)) === 0) continue;
      const start = at + 1;
      const size = (data[at] as number) >> 2;
      at = start + size;
      const next = this.#step(place, nibble, depth);
      if (next === OUTSIDE) continue;
      this.#path.push(nibble);
      if (size === HASH_LENGTH) {
        const child = this.#resolve(data, start, next, 'trie node');
        this.#visit(decodeNode(child, 0, child.length), next);
      } else this.#visit(decodeNode(data, start, start + size), next);
      this.#path.length = depth;
    }
  }

  /** The key that ends here; it is in the range unless it is (a prefix of) `after` or shorter than `prefix`. */
  #take(node: DecodedNode, place: number): void {
    const path = this.#path;
    if ((place & ON_AFTER) !== 0 || path.length < this.#range.prefix.length * 2) return;
    if (path.length % 2 === 1)
      throw new ProofError('PROOF_BAD_NODE', 'A trie node has a key of half a byte.');
    if (node.value === 'hash') this.#resolve(node.data, node.valueStart, place, 'value');
    const key = new Uint8Array(path.length >> 1);
    for (let i = 0; i < key.length; i++)
      key[i] = ((path[i * 2] as number) << 4) | (path[i * 2 + 1] as number);
    this.#keys.push(key);
  }

  /** Whether the path with one more nibble can still lead into the range. */
  #step(place: number, nibble: number, depth: number): number {
    const { prefix, after, upTo } = this.#range;
    if (depth < prefix.length * 2 && nibble !== nibbleAt(prefix, depth)) return OUTSIDE;
    let next = place;
    if (after !== null && (place & ON_AFTER) !== 0) {
      // What goes on beyond the whole of a key comes after it.
      const bound = depth < after.length * 2 ? nibbleAt(after, depth) : -1;
      if (nibble < bound) return OUTSIDE;
      if (nibble > bound) next &= ~ON_AFTER;
    }
    if (upTo !== null && (place & ON_UP_TO) !== 0) {
      const bound = depth < upTo.length * 2 ? nibbleAt(upTo, depth) : -1;
      if (nibble > bound) return OUTSIDE;
      if (nibble < bound) next &= ~ON_UP_TO;
    }
    return next;
  }

  #resolve(hashes: Uint8Array, offset: number, place: number, what: string): Uint8Array {
    const index = this.#table.find(hashes, offset);
    const bytes = this.#nodes[index];
    const hash = hashes.subarray(offset, offset + HASH_LENGTH);
    if (bytes === undefined) {
      throw new ProofError('PROOF_MISSING_NODE', `The proof lacks the ${what} with hash ${toHex(hash)}.`);
    }
    if ((place & ON_AFTER) === 0) this.#found.push({ hash, bytes });
    return bytes;
  }
}
