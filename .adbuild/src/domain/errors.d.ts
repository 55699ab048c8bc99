/**
 * Every error that a person may see has one of these codes. A code never changes its meaning; docs/errors.md
 * lists them with what to do.
 */
export declare const ERROR_CODES: {
    readonly RESCUE_CONFIG_INVALID: 'The configuration file or a flag is wrong.';
    readonly RESCUE_POLICY_INVALID: 'The policy file does not follow the schema or contradicts itself.';
    readonly RESCUE_POLICY_UNEXECUTABLE: 'The policy could never be carried out with the chain as it is.';
    readonly RESCUE_OPT_IN_INVALID: 'The opt-in or opt-out is malformed, out of sequence or wrongly signed.';
    readonly RESCUE_NOT_OPTED_IN: 'The para has not opted in to be rescued by vote.';
    readonly RESCUE_PARA_UNKNOWN: 'This service does not watch that para.';
    readonly RESCUE_STATE_REFUSES: 'The para is not in a state in which this can be done.';
    readonly RESCUE_PROPOSAL_INVALID: 'The proposal is malformed or its proposer may not propose.';
    readonly RESCUE_CODE_INVALID: 'The code blob is not a runtime that the relay chain would take.';
    readonly RESCUE_VOTE_INVALID: 'The vote is malformed or bound to something else than the open round.';
    readonly RESCUE_VOTE_SEQUENCE: 'A vote of this account with the same or a later sequence is already counted.';
    readonly RESCUE_VOTE_NO_POWER: 'The account has no voting power at the anchor.';
    readonly RESCUE_SIGNATURE_INVALID: 'The signature does not belong to the account and the text.';
    readonly RESCUE_PROOF_INVALID: 'A storage proof does not lead from the state root to the value.';
    readonly RESCUE_NODE_UNREACHABLE: 'No endpoint of the chain answers.';
    readonly RESCUE_NODE_MALFORMED: 'A node answered with something that cannot be decoded.';
    readonly RESCUE_NODE_CONTRADICTS: 'Two answers of nodes contradict each other, or a node is on another chain.';
    readonly RESCUE_CHAIN_REFUSES: 'Chain state says that the call cannot work.';
    readonly RESCUE_CALL_FAILED: 'The extrinsic was included but its call failed.';
    readonly RESCUE_EXTRINSIC_LOST: 'The extrinsic was neither included nor can it be any more.';
    readonly RESCUE_ROUTE_IMPOSSIBLE: 'No allowed route can carry the decision out.';
    readonly RESCUE_SIGNER_MISSING: 'The key for a step is not configured.';
    readonly RESCUE_STORE_BUSY: 'Another process owns the database.';
    readonly RESCUE_STORE_CORRUPT: 'The database holds something that this version cannot read.';
    readonly RESCUE_SNAPSHOT_INVALID: 'A saved machine snapshot cannot be restored.';
    readonly RESCUE_REQUEST_INVALID: 'The HTTP request or the command line is malformed.';
    readonly RESCUE_TOO_MANY_REQUESTS: 'Too many requests at once; wait a moment and try again.';
    readonly RESCUE_NOT_FOUND: 'There is nothing under that name.';
    readonly RESCUE_SERVICE_UNREACHABLE: 'The pararescue service does not answer.';
    readonly RESCUE_DEVNET_FAILED: 'The embedded network could not do what was asked.';
    readonly RESCUE_INTERNAL: 'A defect of pararescue itself.';
};
export type RescueErrorCode = keyof typeof ERROR_CODES;
/** The one error class of the project: a stable code, one sentence that says what to do, and the cause. */
export declare class RescueError extends Error {
    readonly name = "RescueError";
    readonly code: RescueErrorCode;
    /** Facts for machines: JSON-safe, never secrets. */
    readonly details: Readonly<Record<string, unknown>>;
    constructor(code: RescueErrorCode, message: string, options?: {
        cause?: unknown;
        details?: Record<string, unknown>;
    });
}
/** True for errors of nodes, which pass: the same act is tried again at the next block. */
export declare function isNodeTrouble(error: unknown): error is RescueError;
/** The sentence of any thrown value. */
export declare function messageOf(error: unknown): string;
/** `error` itself when it is coded already, otherwise wrapped with `code` and a leading sentence. */
export declare function coded(error: unknown, code: RescueErrorCode, sentence: string): RescueError;
