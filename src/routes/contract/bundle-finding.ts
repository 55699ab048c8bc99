import type { StepInput } from '../../../machines/context.ts';
import type { ContractDecision } from '../../domain/contract/rescue-contract.ts';
import { policyHash } from '../../domain/policy/policy.ts';
import type { AccountHex, Hex, RelayBlock } from '../../domain/units.ts';
import { verifyOnThreads } from '../../threads/verify-on-threads.ts';
import { hashBundle } from '../../voting/evidence/hash.ts';
import type { SignatureChecker } from '../../voting/evidence/signatures.ts';
import { verifyEvidence } from '../../voting/evidence/verifier.ts';
import type { OpenRound } from '../../voting/open-round.ts';

/** What every watcher computes alike: it does not depend on who counted. */
export type CommonPart = Pick<ContractDecision, 'attempt' | 'messageHash' | 'cancelOffset' | 'cancelHash'>;

/**
 * Relay blocks that a vote may take from one watcher to the others. A bundle may leave out votes that came in later than
 * that before it was decided: otherwise two watchers that each took a last vote could never support each other. They
 * change nothing in the decision, to which this watcher came with all votes that it has.
 */
const EXCHANGE: RelayBlock = 10;

/** What a bundle shows; the rest of a decision. */
export interface Finding {
  readonly evidenceHash: Hex;
  /** A vote of this watcher that it leaves out, though it comes to the same end without it. */
  readonly missing: string | null;
  readonly sums: Pick<ContractDecision, 'ayes' | 'nays' | 'abstains' | 'electorate'>;
}

/** What can be held against a decision before its evidence is looked at. */
export function isSameEnd(input: StepInput, decision: ContractDecision, common: CommonPart): boolean {
  const { anchor, round, approved } = input;
  return (
    decision.anchorHead === anchor.head.hash &&
    decision.round === round &&
    decision.codeHash === approved.codeHash &&
    decision.attempt === common.attempt &&
    decision.messageHash === common.messageHash &&
    decision.cancelOffset === common.cancelOffset &&
    decision.cancelHash === common.cancelHash
  );
}

export function decisionOf(
  input: StepInput,
  { evidenceHash, sums }: Finding,
  common: CommonPart,
): ContractDecision {
  const { paraId, anchor, round, approved, policy } = input;
  return {
    para: paraId,
    anchorNumber: anchor.head.number,
    anchorHead: anchor.head.hash,
    round,
    policyHash: policyHash(policy),
    codeHash: approved.codeHash,
    evidenceHash,
    ...sums,
    ...common,
  };
}

/** Of votes that this service admitted itself. */
const alreadyChecked: SignatureChecker = async (batch) => batch.map(() => null);

/** Recomputes a bundle and holds it against what this watcher knows; with `openRound`, also that no vote of it is missing. */
export async function recountBundle(
  input: StepInput,
  bundle: AsyncIterable<Uint8Array | string>,
  layout: Hex,
  openRound: OpenRound | null,
): Promise<Finding | { readonly problem: string; readonly evidenceHash: Hex }> {
  const votes = new Map<AccountHex, number>();
  const hashed = hashBundle(bundle);
  const options = {
    trusted: { policy: policyHash(input.policy), layout },
    onVote: ({ account, sequence }: { readonly account: AccountHex; readonly sequence: number }) =>
      void votes.set(account, sequence),
  };
  const report = await (openRound === null
    ? verifyEvidence(hashed.chunks, { ...options, checkSignatures: alreadyChecked })
    : // A bundle of many votes must not hold up the watching of blocks.
      verifyOnThreads(hashed.chunks, options));
  const evidenceHash = hashed.hash();
  const refuse = (problem: string) => ({ problem, evidenceHash });
  const { result } = report;
  if (!result) {
    const point = report.points.find(({ status }) => status === 'fails');
    return refuse(point ? `${point.point}: ${point.detail}` : 'it is not complete');
  }
  const { anchor, round, approved } = input;
  if (result.head !== anchor.head.hash || result.round !== round) {
    return refuse(`it is of head ${result.head}, round ${result.round}`);
  }
  if (result.decision.kind !== 'approved' || result.codeHash !== approved.codeHash) {
    return refuse(`it comes to another decision (${result.decision.kind}, code ${result.codeHash})`);
  }
  const tally = result.tallies.find(({ proposal }) => proposal === approved.proposal);
  if (!tally) return refuse('it approves another proposal');
  const missing = openRound?.votes().find((vote) => {
    if (vote.admittedAt >= result.decidedAt - EXCHANGE) return false;
    const counted = votes.get(vote.account);
    return counted === undefined || counted < vote.sequence;
  });
  const { ayes, nays, abstains } = tally;
  return {
    evidenceHash,
    missing: missing ? `it leaves out the vote ${missing.sequence} of ${missing.account}` : null,
    sums: { ayes, nays, abstains, electorate: result.electorate },
  };
}
