import { concatBytes } from './bytes.js';
import { ProofError } from './error.js';
import { blake2b256 } from './hash.js';
import { encodeCompact, ScaleReader } from './scale.js';
// sp-runtime `DigestItemType`.
const INDEX = { other: 0, consensus: 4, seal: 5, preRuntime: 6, runtimeEnvironmentUpdated: 8 };
/** Reads a whole header; nothing may follow. Throws `PROOF_BAD_HEADER`. */
export function decodeHeader(bytes) {
    try {
        const reader = new ScaleReader(bytes, 'header');
        const header = readHeader(reader);
        reader.end();
        return header;
    }
    catch (cause) {
        if (cause instanceof ProofError && cause.code === 'PROOF_BAD_ENCODING') {
            throw new ProofError('PROOF_BAD_HEADER', cause.message, { cause });
        }
        throw cause;
    }
}
/** Reads the header at the reader's place; for headers inside other structures. */
export function readHeader(reader) {
    return {
        parentHash: reader.bytes(32),
        number: reader.compact(),
        stateRoot: reader.bytes(32),
        extrinsicsRoot: reader.bytes(32),
        digest: reader.list(() => readDigestItem(reader)),
    };
}
/** SCALE encoding; `decodeHeader` reads back the same header. */
export function encodeHeader(header) {
    return concatBytes(checkedHash(header.parentHash, 'parent hash'), encodeCompact(header.number), checkedHash(header.stateRoot, 'state root'), checkedHash(header.extrinsicsRoot, 'extrinsics root'), encodeCompact(header.digest.length), ...header.digest.map(encodeDigestItem));
}
/** The block hash: BLAKE2b-256 of the encoded header. Takes the encoding as it is, without checking it. */
export function headerHash(encoded) {
    return blake2b256(encoded);
}
/**
 * The header bytes inside a value of `Paras.Heads`, which is `HeadData(Vec<u8>)`. The block hash of the para is
 * `headerHash` of them. Throws `PROOF_BAD_ENCODING`.
 */
export function decodeHeadData(value) {
    const reader = new ScaleReader(value, 'head data');
    const head = reader.vec();
    reader.end();
    return head;
}
function readDigestItem(reader) {
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
function encodeDigestItem(item) {
    const index = Uint8Array.of(INDEX[item.type]);
    if (item.type === 'runtimeEnvironmentUpdated')
        return index;
    const data = concatBytes(encodeCompact(item.data.length), item.data);
    if (item.type === 'other')
        return concatBytes(index, data);
    if (item.engine.length !== 4) {
        throw new ProofError('PROOF_BAD_ARGUMENT', 'The engine of a digest item has 4 bytes.');
    }
    return concatBytes(index, item.engine, data);
}
function checkedHash(hash, what) {
    if (hash.length !== 32)
        throw new ProofError('PROOF_BAD_ARGUMENT', `A header's ${what} has 32 bytes.`);
    return hash;
}
//# sourceMappingURL=header.js.map