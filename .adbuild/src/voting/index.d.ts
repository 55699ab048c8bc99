/** Public API of `pararescue/voting`: texts, signatures, voting power and anchors, all checked without a network. */
export { electorateFrom, electorateKeys, exclusionOf, type PowerRules, powerFrom, powerKeys, } from './account-power.ts';
export { type AdmissionInput, admitBallot, type OpenRound } from './admission.ts';
export { type HeadEvidence, type ProvenHead, parasHeadsKey, proveAnchorHead, verifyAnchorEvidence, } from './anchor-proof.ts';
export { checkBallotShape } from './ballot-shape.ts';
export type { PowerAdapter, ProvenValue } from './power-adapter.ts';
export { type ProposalContent, proposalHash } from './proposal-hash.ts';
export { type ProvenPower, proveElectorate, provePower } from './proven-power.ts';
export { type SignedText, signaturesReady, verifySignature } from './signature.ts';
export { signerFromKeystore, signerFromUri, type TextSigner } from './text-signer.ts';
export { type OptInStatement, optInText, type ProposalStatement, parseStatement, proposalText, type Statement, voteText, } from './texts.ts';
