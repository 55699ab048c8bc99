import { type Hex, toHex } from '../bytes/hex.ts';
import { blake2b256 } from './hash.ts';
import { type DecodedNode, decodeNode, HASH_LENGTH } from './node-codec.ts';

interface StoredBytes {
  readonly bytes: Uint8Array;
  decoded: DecodedNode | null;
}

/** Where walks through a trie take nodes and hashed values from, by their hash: 32 bytes of `hashes` from `offset` on. */
export interface TrieNodes {
  /** Undefined when it is not there. Throws `PROOF_BAD_NODE` for bytes with this hash that are no node. */
  node(hashes: Uint8Array, offset: number): DecodedNode | undefined;
  value(hashes: Uint8Array, offset: number): Uint8Array | undefined;
}

/** Nodes and values that others can be added to, each under its hash. */
export interface KeptNodes extends TrieNodes {
  /** `hash` is blake2-256 of the bytes: the caller has computed it. */
  add(hash: Hex, bytes: Uint8Array): void;
}

/**
 * Nodes and hashed values of any number of tries, each under the hash that was computed of it here. A node says the same
 * in whichever state it stands, so what did not change between two blocks is found again without asking for it.
 *
 * It forgets what was not looked up for long: it holds at most twice `generationBytes`, and nothing that was looked up or
 * added since the last `generationBytes` came in is forgotten, unless it is told to `age`.
 */
export class NodeStore implements KeptNodes {
  readonly #generationBytes: number;
  #young = new Map<Hex, StoredBytes>();
  #old = new Map<Hex, StoredBytes>();
  #youngBytes = 0;
  #used: Map<Hex, Uint8Array> | null = null;

  constructor(generationBytes: number) {
    this.#generationBytes = generationBytes;
  }

  add(hash: Hex, bytes: Uint8Array): void {
    this.#keep(hash, this.#young.get(hash) ?? this.#old.get(hash) ?? { bytes, decoded: null });
  }

  node(hashes: Uint8Array, offset: number): DecodedNode | undefined {
    const stored = this.#find(hashes, offset);
    return stored && decodedOf(stored);
  }

  value(hashes: Uint8Array, offset: number): Uint8Array | undefined {
    return this.#find(hashes, offset)?.bytes;
  }

  /** Forgets what was neither looked up nor added since the call before, however little that is: for whoever knows that it is of the past. */
  age(): void {
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngBytes = 0;
  }

  /** Notes down in `used` whatever is looked up from now on and is there. */
  noteIn(used: Map<Hex, Uint8Array>): void {
    this.#used = used;
  }

  #find(hashes: Uint8Array, offset: number): StoredBytes | undefined {
    const hash = toHex(hashes.subarray(offset, offset + HASH_LENGTH));
    const young = this.#young.get(hash);
    const found = young ?? this.#old.get(hash);
    if (!found) return undefined;
    if (!young) this.#keep(hash, found);
    this.#used?.set(hash, found.bytes);
    return found;
  }

  #keep(hash: Hex, stored: StoredBytes): void {
    if (this.#young.has(hash)) return;
    if (this.#youngBytes > this.#generationBytes) this.age();
    this.#young.set(hash, stored);
    this.#youngBytes += stored.bytes.length;
  }
}

/**
 * What a proof brought, on top of what is in store. Only what a walk comes through is taken over: whoever sends more than
 * was asked for fills nothing.
 */
export class ReceivedNodes implements TrieNodes {
  readonly #store: KeptNodes;
  readonly #received = new Map<Hex, Uint8Array>();

  constructor(store: KeptNodes, proof: readonly Uint8Array[]) {
    this.#store = store;
    for (const bytes of proof) this.#received.set(toHex(blake2b256(bytes)), bytes);
  }

  node(hashes: Uint8Array, offset: number): DecodedNode | undefined {
    return (
      this.#store.node(hashes, offset) ?? (this.#take(hashes, offset) && this.#store.node(hashes, offset))
    );
  }

  value(hashes: Uint8Array, offset: number): Uint8Array | undefined {
    return (
      this.#store.value(hashes, offset) ?? (this.#take(hashes, offset) && this.#store.value(hashes, offset))
    );
  }

  #take(hashes: Uint8Array, offset: number): Uint8Array | undefined {
    const hash = toHex(hashes.subarray(offset, offset + HASH_LENGTH));
    const bytes = this.#received.get(hash);
    if (bytes) this.#store.add(hash, bytes);
    return bytes;
  }
}

function decodedOf(stored: StoredBytes): DecodedNode {
  stored.decoded ??= decodeNode(stored.bytes, 0, stored.bytes.length);
  return stored.decoded;
}
