/** Public API of `pararescue/voting`: texts, signatures, voting power and anchors, all checked without a network. */
export { electorateFrom, electorateKeys, exclusionOf, powerFrom, powerKeys, } from './account-power.js';
export { admitBallot } from './admission.js';
export { parasHeadsKey, proveAnchorHead, verifyAnchorEvidence, } from './anchor-proof.js';
export { checkBallotShape } from './ballot-shape.js';
export { proposalHash } from './proposal-hash.js';
export { proveElectorate, provePower } from './proven-power.js';
export { signaturesReady, verifySignature } from './signature.js';
export { signerFromKeystore, signerFromUri } from './text-signer.js';
export { optInText, parseStatement, proposalText, voteText, } from './texts.js';
//# sourceMappingURL=index.js.map