import { ProofError } from './error.js';
import { headerHash, readHeader } from './header.js';
import { ScaleReader } from './scale.js';
/** Reads a justification as the node's subscription and blocks carry it. Throws `PROOF_BAD_JUSTIFICATION`. */
export function decodeJustification(bytes) {
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
export function decodeFinalityProof(bytes) {
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
export function decodeAuthorities(bytes) {
    const reader = new ScaleReader(bytes, 'authority list');
    const authorities = reader.list(() => ({ id: reader.bytes(32), weight: reader.u64() }));
    reader.end();
    return authorities;
}
function readHashedHeader(reader, bytes) {
    const start = reader.offset;
    const header = readHeader(reader);
    return { hash: headerHash(bytes.subarray(start, reader.offset)), header };
}
function whole(bytes, what, read) {
    const reader = new ScaleReader(bytes, what);
    try {
        const value = read(reader);
        reader.end();
        return value;
    }
    catch (cause) {
        if (!(cause instanceof ProofError) || cause.code !== 'PROOF_BAD_ENCODING')
            throw cause;
        throw new ProofError('PROOF_BAD_JUSTIFICATION', cause.message, { cause });
    }
}
//# sourceMappingURL=grandpa-codec.js.map