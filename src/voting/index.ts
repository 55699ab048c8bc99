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
} from '../domain/round/endorsement.ts';
export type { CountedRelease, Release, ReleasedDecision, SignedRelease } from '../domain/round/release.ts';
export {
  openingBlock,
  type RoundId,
  type RoundParts,
  roundId,
} from '../domain/round/round-id.ts';
export { proofFromArchive } from '../proof/archived-proof.ts';
export {
  type HeadEvidence,
  type ProvenHead,
  parasHeadsKey,
  proveAnchorHead,
  verifyAnchorEvidence,
  verifyElectors,
} from './anchor-proof.ts';
export { type AdmissionInput, admitBallot, type RoundBinding } from './ballots/admission.ts';
export { checkBallotShape, checkEndorsementShape, checkReleaseShape } from './ballots/ballot-shape.ts';
export { admitEndorsement, type EndorsementInput } from './ballots/endorsement.ts';
export { type ProposalContent, proposalHash } from './ballots/proposal-hash.ts';
export { admitRelease, type ReleaseInput } from './ballots/release.ts';
export { type SignedText, signaturesReady, verifyEd25519, verifySignature } from './ballots/signature.ts';
export { signerFromKeystore, signerFromUri, type TextSigner, textSigner } from './ballots/text-signer.ts';
export {
  endorsementText,
  type OptInStatement,
  optInText,
  type ProposalStatement,
  parseStatement,
  proposalText,
  releaseText,
  type Statement,
  voteText,
} from './ballots/texts.ts';
export { censusPrefixes } from './census/prefixes.ts';
export { type StorageRange, type VerifiedRange, verifyStorageRange } from './census/range.ts';
export { authoritiesHash, layoutHash, type TrustedFacts } from './evidence/chain.ts';
export {
  type CheckedPoint,
  EVIDENCE_POINTS,
  type EvidencePoint,
  type EvidenceReport,
  type EvidenceResult,
} from './evidence/points.ts';
export type { SignatureChecker } from './evidence/signatures.ts';
export { type EvidenceVerifier, type VerifyOptions, verifyEvidence } from './evidence/verifier.ts';
export { type EvidenceInput, type FinalityEvidence, writeEvidence } from './evidence/writer.ts';
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
} from './power/account-power.ts';
export { fittingSources, type LayoutRules, readPowerLayout } from './power/layout/metadata-layout.ts';
export {
  type ItemLayout,
  type PowerLayout,
  parsePowerLayout,
  STANDARD_LAYOUT,
} from './power/layout/power-layout.ts';
export type { PowerAdapter } from './power/power-adapter.ts';
export type { ProvenValue } from './power/power-storage.ts';
export {
  collectElectorate,
  collectPower,
  type Electors,
  type ProofFetcher,
  type ProvenPower,
  proveElectorate,
  proveElectors,
  provePower,
} from './power/proven-power.ts';
