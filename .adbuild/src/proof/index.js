export { ProofError } from './error.js';
export { precommitPayload, verifyFinalityProof, verifyJustification, } from './grandpa.js';
export { decodeAuthorities, decodeFinalityProof, decodeJustification, } from './grandpa-codec.js';
export { blake2b128, blake2b256, twox64, twox128, twox256 } from './hash.js';
export { decodeHeadData, decodeHeader, encodeHeader, headerHash, } from './header.js';
export { createProofVerifier, verifyReadProof, } from './read-proof.js';
export { encodeCompact, encodeLittle, ScaleReader } from './scale.js';
export { hashMapKey, storageKey, storagePrefix } from './storage-key.js';
export { buildTrie } from './trie.js';
//# sourceMappingURL=index.js.map