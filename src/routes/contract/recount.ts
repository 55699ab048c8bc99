import { RescueError } from '../../domain/errors.ts';
import { policyHash } from '../../domain/policy/policy.ts';
import type { DecidedRound } from '../../domain/round/decided.ts';
import type { AccountHex, Hex, RelayBlock } from '../../domain/units.ts';
import { verifyOnThreads } from '../../threads/verify-on-threads.ts';
import {
  type ProvenVote,
  proveVote,
  type RecountOptions,
  type RecountTrust,
} from '../../voting/evidence/approved-code.ts';
import type { SignatureChecker } from '../../voting/evidence/signatures.ts';
import { verifyEvidence } from '../../voting/evidence/verifier.ts';
import type { OpenRound } from '../../voting/open-round.ts';

/**
 * Relay blocks that a vote may take from one watcher to the others. A bundle may leave out votes that came in later than
 * that before it was decided: otherwise two watchers that each took a last vote could never support each other. They
 * change nothing in the decision, to which this watcher came with all votes that it has.
 */
const EXCHANGE: RelayBlock = 10;

/** A bundle that comes to the end that this watcher came to as well. */
export interface Finding {
  readonly vote: ProvenVote;
  /** A vote of this watcher that it leaves out, though it comes to the same end without it. */
  readonly missing: string | null;
}

/** Why a bundle cannot be supported. */
export interface Refusal {
  readonly evidenceHash: Hex;
  readonly problem: string;
}

/** Of votes that this service admitted itself. */
const alreadyChecked: SignatureChecker = async (batch) => batch.map(() => null);

/**
 * Recounts a bundle and holds it against what this watcher decided; with `openRound`, also that no vote of it is missing.
 * Without it the bundle is this watcher's own. @throws what the chunks throw, and errors of nodes
 */
export async function recount(
  decided: DecidedRound,
  bundle: AsyncIterable<Uint8Array | string>,
  trust: Omit<RecountTrust, 'policy'>,
  openRound: Pick<OpenRound, 'votes'> | null,
): Promise<Finding | Refusal> {
  const counted = new Map<AccountHex, number>();
  const onVote = ({ account, sequence }: { readonly account: AccountHex; readonly sequence: number }) =>
    void counted.set(account, sequence);
  let vote: ProvenVote;
  try {
    const verify: RecountOptions['verify'] =
      openRound === null
        ? (chunks, options) => verifyEvidence(chunks, { ...options, checkSignatures: alreadyChecked })
        : // A bundle of many votes must not hold up the watching of blocks.
          (chunks, options) => verifyOnThreads(chunks, options);
    const policy = policyHash(decided.policy);
    vote = await proveVote(bundle, { ...trust, policy }, 'the bundle', { verify, onVote });
  } catch (error) {
    const evidenceHash = error instanceof RescueError ? error.details.evidenceHash : undefined;
    if (!(error instanceof RescueError) || typeof evidenceHash !== 'string') throw error;
    return { evidenceHash: evidenceHash as Hex, problem: error.message };
  }
  const { result, evidenceHash } = vote;
  const refuse = (problem: string): Refusal => ({ problem, evidenceHash });
  const { roundId, approved } = decided;
  if (result.roundId !== roundId) {
    return refuse(`it is of head ${result.head}, round ${result.round} (${result.roundId})`);
  }
  if (vote.codeHash !== approved.codeHash || vote.proposal !== approved.proposal) {
    return refuse(`it comes to another decision (proposal ${vote.proposal}, code ${vote.codeHash})`);
  }
  const missing = openRound?.votes().find((own) => {
    if (own.admittedAt >= result.decidedAt - EXCHANGE) return false;
    const sequence = counted.get(own.account);
    return sequence === undefined || sequence < own.sequence;
  });
  return {
    vote,
    missing: missing ? `it leaves out the vote ${missing.sequence} of ${missing.account}` : null,
  };
}
