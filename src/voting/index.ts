/** Public API of `pararescue/voting`: texts, signatures, voting power and anchors, all checked without a network. */
export {
  describeAccount,
  nameAccount,
  palletAccount,
  parentAccount,
  sovereignAccount,
} from '../domain/account-names.ts';
export {
  type CountedEndorsement,
  type Endorsement,
  isEndorsed,
  type SignedEndorsement,
  type Stance,
} from '../domain/endorsement.ts';
export {
  electorateAt,
  electorateFrom,
  electorateKeys,
  exclusionOf,
  type PowerRules,
  powerAt,
  powerFrom,
  powerKeys,
  type StorageLookup,
} from './account-power.ts';
export { type AdmissionInput, admitBallot, type OpenRound } from './admission.ts';
export {
  type HeadEvidence,
  type ProvenHead,
  parasHeadsKey,
  proveAnchorHead,
  verifyAnchorEvidence,
} from './anchor-proof.ts';
export { checkBallotShape, checkEndorsementShape } from './ballot-shape.ts';
export { censusPrefixes } from './census-prefixes.ts';
export { proofFromArchive } from './census-proof.ts';
export { type StorageRange, type VerifiedRange, verifyStorageRange } from './census-range.ts';
export { admitEndorsement, type EndorsementInput } from './endorsement.ts';
export { authoritiesHash, layoutHash, type TrustedFacts } from './evidence-chain.ts';
export {
  type CheckedPoint,
  EVIDENCE_POINTS,
  type EvidencePoint,
  type EvidenceReport,
  type EvidenceResult,
} from './evidence-points.ts';
export type { SignatureChecker } from './evidence-signatures.ts';
export { type SignatureThreads, startSignatureThreads } from './evidence-threads.ts';
export { type VerifyOptions, verifyEvidence } from './evidence-verifier.ts';
export { type EvidenceInput, type FinalityEvidence, writeEvidence } from './evidence-writer.ts';
export { FloodGuard, type FloodLimits } from './flood-guard.ts';
export { type LayoutRules, readPowerLayout } from './metadata-layout.ts';
export type { PowerAdapter, ProvenValue } from './power-adapter.ts';
export {
  type ItemLayout,
  type PowerLayout,
  parsePowerLayout,
  STANDARD_LAYOUT,
} from './power-layout.ts';
export { type ProposalContent, proposalHash } from './proposal-hash.ts';
export {
  collectElectorate,
  collectPower,
  type NodeSource,
  type ProvenPower,
  proveElectorate,
  provePower,
} from './proven-power.ts';
export { type SignedText, signaturesReady, verifySignature } from './signature.ts';
export { signerFromKeystore, signerFromUri, type TextSigner } from './text-signer.ts';
export {
  endorsementText,
  type OptInStatement,
  optInText,
  type ProposalStatement,
  parseStatement,
  proposalText,
  type Statement,
  voteText,
} from './texts.ts';
