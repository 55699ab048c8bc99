export { encodeCompact, encodeLittle, type ScaleReader } from '../bytes/scale.ts';
export { ProofError, type ProofErrorCode } from './error.ts';
export {
  type Ed25519Verifier,
  type FinalizedBlock,
  precommitPayload,
  verifyFinalityProof,
  verifyJustification,
  verifySupermajority,
} from './grandpa.ts';
export {
  type Authority,
  type AuthoritySet,
  decodeAuthorities,
  decodeFinalityProof,
  decodeJustification,
  encodeAuthorities,
  encodeFinalityProof,
  type FinalityProof,
  type HashedHeader,
  type Justification,
  readAuthorities,
  type SignedPrecommit,
} from './grandpa-codec.ts';
export { type AuthorityChange, authorityChangeOf, GRANDPA_ENGINE } from './grandpa-log.ts';
export { blake2b128, blake2b256, twox64, twox128, twox256 } from './hash.ts';
export {
  type DigestItem,
  decodeHeadData,
  decodeHeader,
  encodeHeader,
  type Header,
  headerHash,
} from './header.ts';
export { type MapEntries, type ProofNodes, proofNodes, readMapEntries } from './map-entries.ts';
export {
  createProofVerifier,
  type ProofVerifier,
  type ReadProofOptions,
  verifyReadProof,
} from './read-proof.ts';
export { scaleReader } from './scale.ts';
export { hashMapKey, type MapKey, type StorageHasher, storageKey, storagePrefix } from './storage-key.ts';
export { buildTrie, type StateVersion, type Trie } from './trie.ts';
