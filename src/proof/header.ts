import { concatBytes } from '../bytes/bytes.ts';
import { encodeCompact, type ScaleReader } from '../bytes/scale.ts';
import { ProofError } from './error.ts';
import { blake2b256 } from './hash.ts';
import { scaleReader } from './scale.ts';

/** `engine` is the 4-byte consensus id, such as the ASCII of `BABE`, `FRNK`, `aura` or `CMLS`. */
export type DigestItem =
  | {
      readonly type: 'preRuntime' | 'consensus' | 'seal';
      readonly engine: Uint8Array;
      readonly data: Uint8Array;
    }
  | { readonly type: 'other'; readonly data: Uint8Array }
  | { readonly type: 'runtimeEnvironmentUpdated' };

/** A Substrate header with 32-byte BLAKE2 hashes and a 32-bit number, as relay chains and FRAME paras have. */
export interface Header {
  readonly parentHash: Uint8Array;
  readonly number: number;
  readonly stateRoot: Uint8Array;
  readonly extrinsicsRoot: Uint8Array;
  readonly digest: readonly DigestItem[];
}

// sp-runtime `DigestItemType`.
const INDEX = { other: 0, consensus: 4, seal: 5, preRuntime: 6, runtimeEnvironmentUpdated: 8 } as const;

/** Reads a whole header; nothing may follow. Throws `PROOF_BAD_HEADER`. */
export function decodeHeader(bytes: Uint8Array): Header {
  try {
    const reader = scaleReader(bytes, 'header');
    const header = readHeader(reader);
    reader.end();
    return header;
  } catch (cause) {
    if (cause instanceof ProofError && cause.code === 'PROOF_BAD_ENCODING') {
      throw new ProofError('PROOF_BAD_HEADER', cause.message, { cause });
    }
    throw cause;
  }
}

/** Reads the header at the reader's place; for headers inside other structures. */
export function readHeader(reader: ScaleReader): Header {
  return {
    parentHash: reader.bytes(32),
    number: reader.compact(),
    stateRoot: reader.bytes(32),
    extrinsicsRoot: reader.bytes(32),
    digest: reader.list(() => readDigestItem(reader)),
  };
}

/** SCALE encoding; `decodeHeader` reads back the same header. */
export function encodeHeader(header: Header): Uint8Array {
  return concatBytes(
    checkedHash(header.parentHash, 'parent hash'),
    encodeCompact(header.number),
    checkedHash(header.stateRoot, 'state root'),
    checkedHash(header.extrinsicsRoot, 'extrinsics root'),
    encodeCompact(header.digest.length),
    ...header.digest.map(encodeDigestItem),
  );
}

/** The block hash: BLAKE2b-256 of the encoded header. Takes the encoding as it is, without checking it. */
export function headerHash(encoded: Uint8Array): Uint8Array {
  return blake2b256(encoded);
}

/**
 * The header bytes inside a value of `Paras.Heads`, which is `HeadData(Vec<u8>)`. The block hash of the para is
 * `headerHash` of them. Throws `PROOF_BAD_ENCODING`.
 */
export function decodeHeadData(value: Uint8Array): Uint8Array {
  const reader = scaleReader(value, 'head data');
  const head = reader.vec();
  reader.end();
  return head;
}

function readDigestItem(reader: ScaleReader): DigestItem {
  const index = reader.u8();
  switch (index) {
    case INDEX.other:
      return { type: 'other', data: reader.vec() };
    case INDEX.consensus:
      return { type: 'consensus', engine: reader.bytes(4), data: reader.vec() };
    case INDEX.seal:
      return { type: 'seal', engine: reader.bytes(4), data: reader.vec() };
    case INDEX.preRuntime:
      return { type: 'preRuntime', engine: reader.bytes(4), data: reader.vec() };
    case INDEX.runtimeEnvironmentUpdated:
      return { type: 'runtimeEnvironmentUpdated' };
    default:
      throw new ProofError('PROOF_BAD_ENCODING', `The header has a digest item of unknown kind ${index}.`);
  }
}

function encodeDigestItem(item: DigestItem): Uint8Array {
  const index = Uint8Array.of(INDEX[item.type]);
  if (item.type === 'runtimeEnvironmentUpdated') return index;
  const data = concatBytes(encodeCompact(item.data.length), item.data);
  if (item.type === 'other') return concatBytes(index, data);
  if (item.engine.length !== 4) {
    throw new ProofError('PROOF_BAD_ARGUMENT', 'The engine of a digest item has 4 bytes.');
  }
  return concatBytes(index, item.engine, data);
}

function checkedHash(hash: Uint8Array, what: string): Uint8Array {
  if (hash.length !== 32) throw new ProofError('PROOF_BAD_ARGUMENT', `A header's ${what} has 32 bytes.`);
  return hash;
}
