import { concatBytes } from '../bytes/bytes.ts';
import { encodeList, encodeU64, encodeVec, type ScaleReader } from '../bytes/scale.ts';
import { ProofError } from './error.ts';
import { type Header, headerHash, readHeader } from './header.ts';
import { scaleReader } from './scale.ts';

/** One validator's signed vote for `targetHash` and all its ancestors. */
export interface SignedPrecommit {
  readonly targetHash: Uint8Array;
  readonly targetNumber: number;
  /** ed25519, 64 bytes. */
  readonly signature: Uint8Array;
  /** ed25519 public key of the voter, 32 bytes. */
  readonly id: Uint8Array;
}

export interface HashedHeader {
  readonly hash: Uint8Array;
  readonly header: Header;
}

/**
 * sp-consensus-grandpa `GrandpaJustification` of a chain with 32-byte hashes and 32-bit numbers: round u64,
 * commit (target hash, target number u32, precommits), headers that lead from the votes' targets to the lowest one.
 */
export interface Justification {
  readonly round: bigint;
  readonly targetHash: Uint8Array;
  readonly targetNumber: number;
  readonly precommits: readonly SignedPrecommit[];
  readonly votesAncestries: readonly HashedHeader[];
}

/** What `grandpa_proveFinality` answers: `block` is final by `justification`, and the headers lead up to it. */
export interface FinalityProof {
  readonly block: Uint8Array;
  /** Encoded `Justification` of `block`. */
  readonly justification: Uint8Array;
  /** From the one after the block asked for up to `block`. */
  readonly unknownHeaders: readonly HashedHeader[];
}

export interface Authority {
  /** ed25519 public key, 32 bytes. */
  readonly id: Uint8Array;
  readonly weight: bigint;
}

/** The voters of one session-long set; `setId` is `Grandpa.CurrentSetId`. */
export interface AuthoritySet {
  readonly setId: bigint;
  readonly authorities: readonly Authority[];
}

/** Reads a justification as the node's subscription and blocks carry it. Throws `PROOF_BAD_JUSTIFICATION`. */
export function decodeJustification(bytes: Uint8Array): Justification {
  return whole(bytes, 'justification', (reader) => ({
    round: reader.u64(),
    targetHash: reader.bytes(32),
    targetNumber: reader.u32(),
    precommits: reader.list(() => ({
      targetHash: reader.bytes(32),
      targetNumber: reader.u32(),
      signature: reader.bytes(64),
      id: reader.bytes(32),
    })),
    votesAncestries: reader.list(() => readHashedHeader(reader, bytes)),
  }));
}

/** Reads the bytes of a finality proof. Throws `PROOF_BAD_JUSTIFICATION`. */
export function decodeFinalityProof(bytes: Uint8Array): FinalityProof {
  return whole(bytes, 'finality proof', (reader) => ({
    block: reader.bytes(32),
    justification: reader.vec(),
    unknownHeaders: reader.list(() => readHashedHeader(reader, bytes)),
  }));
}

/**
 * Reads a `Vec<(AuthorityId, u64)>`: the value of `Grandpa.Authorities` and what the runtime function
 * `GrandpaApi_grandpa_authorities` gives. Throws `PROOF_BAD_ENCODING`.
 */
export function decodeAuthorities(bytes: Uint8Array): Authority[] {
  const reader = scaleReader(bytes, 'authority list');
  const authorities = readAuthorities(reader);
  reader.end();
  return authorities;
}

/** Reads an authority list at the reader's place; for lists inside other structures. */
export function readAuthorities(reader: ScaleReader): Authority[] {
  return reader.list(() => ({ id: reader.bytes(32), weight: reader.u64() }));
}

/** The way back from `decodeAuthorities`. */
export function encodeAuthorities(authorities: readonly Authority[]): Uint8Array {
  return encodeList(authorities.map(({ id, weight }) => concatBytes(id, encodeU64(weight))));
}

/**
 * A finality proof as nodes answer it: the block that was justified, its justification, and the encoded headers that lead
 * from the block asked for to it.
 */
export function encodeFinalityProof(
  block: Uint8Array,
  justification: Uint8Array,
  headers: readonly Uint8Array[],
): Uint8Array {
  return concatBytes(block, encodeVec(justification), encodeList(headers));
}

function readHashedHeader(reader: ScaleReader, bytes: Uint8Array): HashedHeader {
  const start = reader.offset;
  const header = readHeader(reader);
  return { hash: headerHash(bytes.subarray(start, reader.offset)), header };
}

function whole<T>(bytes: Uint8Array, what: string, read: (reader: ScaleReader) => T): T {
  const reader = scaleReader(bytes, what);
  try {
    const value = read(reader);
    reader.end();
    return value;
  } catch (cause) {
    if (!(cause instanceof ProofError) || cause.code !== 'PROOF_BAD_ENCODING') throw cause;
    throw new ProofError('PROOF_BAD_JUSTIFICATION', cause.message, { cause });
  }
}
