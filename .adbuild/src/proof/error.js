/** A proof, header or justification that doesn't hold: nothing it claims may be used. */
export class ProofError extends Error {
    code;
    constructor(code, message, options) {
        super(message, options);
        this.name = 'ProofError';
        this.code = code;
    }
}
//# sourceMappingURL=error.js.map