import { ProofError } from './error.ts';

/**
 * Substrate's trie node format (sp-trie `NodeCodec`, `node_header.rs`):
 *
 * - header: kind in the top bits, number of nibbles of the partial key in the rest (see `HEADERS`), continued in
 *   bytes of 255 and one below 255 when it doesn't fit;
 * - partial key: two nibbles a byte, an odd count begins with a zero nibble;
 * - branches only: bitmap of children, little-endian u16, never zero;
 * - value: inline as `Vec<u8>`, or its 32-byte hash in the hashed kinds (state version 1, values of 33 bytes and
 *   more);
 * - branches only: each child as `Vec<u8>`, its encoding when that is shorter than 32 bytes, else its hash.
 *
 * The empty trie is the single byte 0.
 */
export const HASH_LENGTH = 32;

/** State version 1 hashes values from this length on (`TRIE_VALUE_NODE_THRESHOLD`). */
export const HASHED_VALUE_FROM = 33;

export const EMPTY_NODE: Uint8Array = Uint8Array.of(0);

export type ValueKind = 'none' | 'inline' | 'hash';

/** A decoded node as offsets into `data`; it was checked whole. */
export interface DecodedNode {
  readonly data: Uint8Array;
  /** 0 for a leaf. Bit i is set when child i exists. */
  readonly bitmap: number;
  readonly nibbles: number;
  readonly partialStart: number;
  readonly value: ValueKind;
  readonly valueStart: number;
  readonly valueEnd: number;
  /** Where the first child's length byte is. */
  readonly childrenStart: number;
  /** No child is inline: each takes one byte for its length and 32 for its hash. */
  readonly allHashes: boolean;
  /** How often a reader has gone through here, and from the second time on the children it came to, by nibble. */
  visits: number;
  found: (DecodedNode | undefined)[] | null;
}

const LEAF = { mark: 0b0100_0000, sizeBits: 6 };
const BRANCH = { mark: 0b1000_0000, sizeBits: 6 };
const BRANCH_VALUE = { mark: 0b1100_0000, sizeBits: 6 };
const HASHED_LEAF = { mark: 0b0010_0000, sizeBits: 5 };
const HASHED_BRANCH = { mark: 0b0001_0000, sizeBits: 4 };

/** The header bytes of a node of this kind. */
export function encodeNodeHeader(isLeaf: boolean, value: ValueKind, nibbles: number): number[] {
  const kind = isLeaf
    ? value === 'hash'
      ? HASHED_LEAF
      : LEAF
    : value === 'hash'
      ? HASHED_BRANCH
      : value === 'inline'
        ? BRANCH_VALUE
        : BRANCH;
  const most = (1 << kind.sizeBits) - 1;
  if (nibbles < most) return [kind.mark | nibbles];
  const bytes = [kind.mark | most];
  let rest = nibbles - most;
  for (; rest >= 255; rest -= 255) bytes.push(255);
  bytes.push(rest);
  return bytes;
}

function badNode(problem: string): ProofError {
  return new ProofError('PROOF_BAD_NODE', `A trie node ${problem}.`);
}

/**
 * Decodes the node in `data` from `start` to `end`, which it must fill exactly. Refuses everything that no node
 * writes: overlong lengths, non-zero padding, branches without children, children longer than a hash, an empty
 * node. With `omitting` children may have no length, as in compact proofs. Throws `PROOF_BAD_NODE`.
 */
export function decodeNode(data: Uint8Array, start: number, end: number, omitting = false): DecodedNode {
  if (start >= end) throw badNode('is empty');
  let at = start;
  const first = data[at++] as number;
  let isLeaf = false;
  let value: ValueKind = 'none';
  let sizeBits = 6;
  if (first >= 0x40) {
    const mark = first & 0b1100_0000;
    isLeaf = mark === LEAF.mark;
    if (mark !== BRANCH.mark) value = 'inline';
  } else if (first >= 0x20) {
    isLeaf = true;
    value = 'hash';
    sizeBits = 5;
  } else if (first >= 0x10) {
    value = 'hash';
    sizeBits = 4;
  } else {
    throw badNode(`begins with 0x${first.toString(16).padStart(2, '0')}, which is no node header`);
  }
  const most = (1 << sizeBits) - 1;
  let nibbles = first & most;
  if (nibbles === most) {
    let more: number;
    do {
      if (at >= end) throw badNode('ends inside its header');
      more = data[at++] as number;
      nibbles += more;
    } while (more === 255);
  }
  const partialStart = at;
  at += (nibbles + 1) >> 1;
  if (at > end) throw badNode('ends inside its partial key');
  if ((nibbles & 1) === 1 && (data[partialStart] as number) > 0x0f) {
    throw badNode('has padding that is not zero before its partial key');
  }
  let bitmap = 0;
  if (!isLeaf) {
    if (at + 2 > end) throw badNode('ends inside its bitmap');
    bitmap = (data[at] as number) | ((data[at + 1] as number) << 8);
    at += 2;
    if (bitmap === 0) throw badNode('is a branch without children');
  }
  let valueStart = at;
  if (value === 'hash') at += HASH_LENGTH;
  else if (value === 'inline') {
    const length = compactAt(data, at, end);
    at += compactSize(length);
    valueStart = at;
    at += length;
  }
  if (at > end) throw badNode('ends inside its value');
  const valueEnd = at;
  let allHashes = true;
  for (let rest = bitmap; rest !== 0; rest &= rest - 1) {
    if (at >= end) throw badNode('ends before its last child');
    const length = data[at] as number;
    if (length !== HASH_LENGTH << 2) allHashes = false;
    // Compact numbers of one byte are a multiple of four; a child has 1 to 32 bytes.
    if ((length & 3) !== 0 || (length === 0 && !omitting) || length > HASH_LENGTH << 2) {
      throw badNode('has a child that is no hash and no inline node');
    }
    at += 1 + (length >> 2);
  }
  if (at > end) throw badNode('ends inside its last child');
  if (at < end) throw badNode(`has ${end - at} bytes after its end`);
  return {
    data,
    bitmap,
    nibbles,
    partialStart,
    value,
    valueStart,
    valueEnd,
    childrenStart: valueEnd,
    allHashes,
    visits: 0,
    found: null,
  };
}

/** Where the length byte of child `index` is, or -1 when there is no such child. */
export function childOffset(node: DecodedNode, index: number): number {
  const { bitmap, data } = node;
  if ((bitmap & (1 << index)) === 0) return -1;
  const before = bitmap & ((1 << index) - 1);
  if (node.allHashes) return node.childrenStart + (1 + HASH_LENGTH) * bitsSet(before);
  let at = node.childrenStart;
  for (let rest = before; rest !== 0; rest &= rest - 1) {
    at += 1 + ((data[at] as number) >> 2);
  }
  return at;
}

/** How many of 16 bits are set. */
function bitsSet(bits: number): number {
  let count = bits - ((bits >> 1) & 0x5555);
  count = (count & 0x3333) + ((count >> 2) & 0x3333);
  count = (count + (count >> 4)) & 0x0f0f;
  return (count + (count >> 8)) & 0x1f;
}

/** True when the node's partial key is what `key` has from nibble `depth` on; the key must be long enough. */
export function partialMatches(node: DecodedNode, key: Uint8Array, depth: number): boolean {
  const { data, nibbles, partialStart } = node;
  let at = partialStart;
  let nibble = depth;
  if ((nibbles & 1) === 1) {
    if (data[at] !== nibbleAt(key, nibble)) return false;
    at++;
    nibble++;
  }
  const end = partialStart + ((nibbles + 1) >> 1);
  let index = nibble >> 1;
  if ((nibble & 1) === 0) {
    for (; at < end; at++, index++) if (data[at] !== key[index]) return false;
    return true;
  }
  for (; at < end; at++, index++) {
    const pair = (((key[index] as number) << 4) & 0xf0) | ((key[index + 1] as number) >> 4);
    if (data[at] !== pair) return false;
  }
  return true;
}

/** Nibble `index` of a key, the high half of each byte first. */
export function nibbleAt(key: Uint8Array, index: number): number {
  const byte = key[index >> 1] as number;
  return (index & 1) === 0 ? byte >> 4 : byte & 0x0f;
}

function compactAt(data: Uint8Array, at: number, end: number): number {
  if (at >= end) throw badNode('ends before its value');
  const first = data[at] as number;
  const mode = first & 3;
  const size = mode === 0 ? 1 : mode === 1 ? 2 : mode === 2 ? 4 : 5;
  if (at + size > end) throw badNode('ends inside the length of its value');
  let value = first >> 2;
  if (mode === 1) value |= (data[at + 1] as number) << 6;
  else if (mode !== 0) {
    const b1 = data[at + 1] as number;
    const b2 = data[at + 2] as number;
    const b3 = data[at + 3] as number;
    if (mode === 2) value |= (b1 << 6) | (b2 << 14) | (b3 << 22);
    else {
      if (first !== 3) throw badNode('has a value longer than 32 bits can say');
      value = (b1 | (b2 << 8) | (b3 << 16) | ((data[at + 4] as number) << 24)) >>> 0;
    }
  }
  if (compactSize(value) !== size) throw badNode('has a length that is longer than needed');
  return value;
}

/** How many bytes the compact encoding of a 32-bit length has. */
export function compactSize(value: number): number {
  return value < 1 << 6 ? 1 : value < 1 << 14 ? 2 : value < 1 << 30 ? 4 : 5;
}
