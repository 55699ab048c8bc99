/** Everything that src/proof refuses, by code. `PROOF_BAD_ARGUMENT` is a caller's fault, the others are the data's. */
export type ProofErrorCode = 'PROOF_BAD_ARGUMENT' | 'PROOF_BAD_ENCODING' | 'PROOF_BAD_NODE' | 'PROOF_DUPLICATE_KEY' | 'PROOF_DUPLICATE_NODE' | 'PROOF_MISSING_NODE' | 'PROOF_UNUSED_NODE' | 'PROOF_BAD_HEADER' | 'PROOF_BAD_JUSTIFICATION' | 'PROOF_BAD_SIGNATURE' | 'PROOF_TOO_FEW_VOTES' | 'PROOF_UNKNOWN_SET';
/** A proof, header or justification that doesn't hold: nothing it claims may be used. */
export declare class ProofError extends Error {
    readonly code: ProofErrorCode;
    constructor(code: ProofErrorCode, message: string, options?: ErrorOptions);
}
