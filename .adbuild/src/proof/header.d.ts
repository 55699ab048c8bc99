import { ScaleReader } from './scale.ts';
/** `engine` is the 4-byte consensus id, such as the ASCII of `BABE`, `FRNK`, `aura` or `CMLS`. */
export type DigestItem = {
    readonly type: 'preRuntime' | 'consensus' | 'seal';
    readonly engine: Uint8Array;
    readonly data: Uint8Array;
} | {
    readonly type: 'other';
    readonly data: Uint8Array;
} | {
    readonly type: 'runtimeEnvironmentUpdated';
};
/** A Substrate header with 32-byte BLAKE2 hashes and a 32-bit number, as relay chains and FRAME paras have. */
export interface Header {
    readonly parentHash: Uint8Array;
    readonly number: number;
    readonly stateRoot: Uint8Array;
    readonly extrinsicsRoot: Uint8Array;
    readonly digest: readonly DigestItem[];
}
/** Reads a whole header; nothing may follow. Throws `PROOF_BAD_HEADER`. */
export declare function decodeHeader(bytes: Uint8Array): Header;
/** Reads the header at the reader's place; for headers inside other structures. */
export declare function readHeader(reader: ScaleReader): Header;
/** SCALE encoding; `decodeHeader` reads back the same header. */
export declare function encodeHeader(header: Header): Uint8Array;
/** The block hash: BLAKE2b-256 of the encoded header. Takes the encoding as it is, without checking it. */
export declare function headerHash(encoded: Uint8Array): Uint8Array;
/**
 * The header bytes inside a value of `Paras.Heads`, which is `HeadData(Vec<u8>)`. The block hash of the para is
 * `headerHash` of them. Throws `PROOF_BAD_ENCODING`.
 */
export declare function decodeHeadData(value: Uint8Array): Uint8Array;
