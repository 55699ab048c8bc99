/**
 * Every error that a person may see has one of these codes. A code never changes its meaning; docs/errors.md
 * lists them with what to do.
 */
export const ERROR_CODES = {
  RESCUE_CONFIG_INVALID: 'The configuration file or a flag is wrong.',
  RESCUE_POLICY_INVALID: 'The policy file does not follow the schema or contradicts itself.',
  RESCUE_POLICY_UNEXECUTABLE: 'The policy could never be carried out with the chain as it is.',
  RESCUE_OPT_IN_INVALID: 'The opt-in or opt-out is malformed, out of sequence or wrongly signed.',
  RESCUE_NOT_OPTED_IN: 'The para has not opted in to be rescued by vote.',
  RESCUE_PARA_UNKNOWN: 'This service does not watch that para.',
  RESCUE_STATE_REFUSES: 'The para is not in a state in which this can be done.',
  RESCUE_PROPOSAL_INVALID: 'The proposal is malformed or its proposer may not propose.',
  RESCUE_SPEC_INVALID: 'The chain spec cannot be read, or gives no state to begin with.',
  RESCUE_CODE_INVALID: 'The code blob is not a runtime that the relay chain would take.',
  RESCUE_VOTE_INVALID: 'The vote is malformed or bound to something else than the open round.',
  RESCUE_VOTE_SEQUENCE: 'A vote of this account with the same or a later sequence is already counted.',
  RESCUE_VOTE_NO_POWER: 'The account has no voting power at the anchor.',
  RESCUE_RELEASE_INVALID:
    'The release is malformed, bound to another decision, out of sequence, or of somebody who is not asked for one.',
  RESCUE_RELEASE_MISSING: 'The approved decision is not released by enough people yet.',
  RESCUE_SIGNATURE_INVALID: 'The signature does not belong to the account and the text.',
  RESCUE_PROOF_INVALID: 'A storage proof does not lead from the state root to the value.',
  RESCUE_NODE_UNREACHABLE: 'No endpoint of the chain answers.',
  RESCUE_NODE_MALFORMED: 'A node answered with something that cannot be decoded.',
  RESCUE_NODE_CONTRADICTS: 'Two answers of nodes contradict each other, or a node is on another chain.',
  RESCUE_FINALITY_UNPROVEN:
    'Nothing proves that a relay block is final, or what is seen may not be acted upon.',
  RESCUE_FINALITY_FORCED: 'The relay chain changed its voters by force: a new checkpoint is needed.',
  RESCUE_CHECKPOINT_INVALID:
    'The checkpoint of the relay chain contradicts the chain, the endpoints, or what was followed before.',
  RESCUE_CHAIN_REFUSES: 'Chain state says that the call cannot work.',
  RESCUE_CALL_FAILED: 'The extrinsic was included but its call failed.',
  RESCUE_EXTRINSIC_LOST: 'The extrinsic was neither included nor can it be any more.',
  RESCUE_ROUTE_IMPOSSIBLE: 'No allowed route can carry the decision out.',
  RESCUE_CODE_REPLACED:
    'The relay chain stores other code for the para than the one that the round or its decision rests on.',
  RESCUE_SIGNER_MISSING: 'The key for a step is not configured.',
  RESCUE_STORE_BUSY: 'Another process owns the database.',
  RESCUE_STORE_CLOSED: 'The database is closed: the service is stopping.',
  RESCUE_STORE_FAILED:
    'The database can be neither read nor written: a full or broken disk, or damaged files.',
  RESCUE_STORE_CORRUPT: 'The database holds something that this version cannot read.',
  RESCUE_STORE_INCOMPLETE:
    'Acts that were acknowledged are missing from the database, and the para that they belong to is held until the operator has decided.',
  RESCUE_BACKUP_INVALID: 'The file is not a whole backup of a database.',
  RESCUE_SNAPSHOT_INVALID: 'A saved machine snapshot cannot be restored.',
  RESCUE_REQUEST_INVALID: 'The HTTP request or the command line is malformed.',
  RESCUE_TOO_MANY_REQUESTS: 'Too many requests at once; wait a moment and try again.',
  RESCUE_NOT_FOUND: 'There is nothing under that name.',
  RESCUE_SERVICE_UNREACHABLE: 'The pararescue service does not answer.',
  RESCUE_CONTRACT_REFUSES: 'The rescue contract refuses the call.',
  RESCUE_CONTRACT_UNKNOWN: 'There is no rescue contract at that address.',
  RESCUE_CONTRACT_VERSION: 'The rescue contract is of another version than this service speaks with.',
  RESCUE_EXECUTION_FAILED: 'A runtime could not be executed.',
  RESCUE_TRIAL_FAILED: 'The next block of the para fails when it is really tried.',
  RESCUE_REHEARSAL_FAILED: 'The rehearsal of a rescue did not end with the para alive.',
  RESCUE_TRIAL_IMPOSSIBLE: 'The proposed code could not be tried, and the policy takes none untried.',
  RESCUE_DEVNET_FAILED: 'The embedded network could not do what was asked.',
  RESCUE_INTERRUPTED: 'The command was interrupted before it was done.',
  RESCUE_INTERNAL: 'A defect of pararescue itself.',
} as const;

export type RescueErrorCode = keyof typeof ERROR_CODES;

/** The one error class of the project: a stable code, one sentence that says what to do, and the cause. */
export class RescueError extends Error {
  override readonly name = 'RescueError';
  readonly code: RescueErrorCode;
  /** Facts for machines: JSON-safe, never secrets. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: RescueErrorCode,
    message: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** True for errors of nodes, which pass: the same act is tried again at the next block. */
export function isNodeTrouble(error: unknown): error is RescueError {
  if (!(error instanceof RescueError)) return false;
  return error.code.startsWith('RESCUE_NODE_') || error.code === 'RESCUE_FINALITY_UNPROVEN';
}

/** True for errors of the database as a whole, which say nothing of what was being done with it. A damaged record is none of them. */
export function isStoreTrouble(error: unknown): error is RescueError {
  return (
    error instanceof RescueError &&
    (error.code === 'RESCUE_STORE_CLOSED' || error.code === 'RESCUE_STORE_FAILED')
  );
}

/** The sentence of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `error` itself when it is coded already, otherwise wrapped with `code` and a leading sentence. */
export function coded(error: unknown, code: RescueErrorCode, sentence: string): RescueError {
  if (error instanceof RescueError) return error;
  return new RescueError(code, `${sentence}: ${messageOf(error)}`, { cause: error });
}
