import type { ContractDecision } from '../../domain/contract/rescue-contract.ts';
import type { Hex } from '../../domain/units.ts';
import type { ProvenVote } from '../../voting/evidence/approved-code.ts';
import type { ContractMessages } from './messages.ts';

/** What every watcher computes alike: it does not depend on who counted. */
export type CommonPart = Pick<ContractDecision, 'attempt' | 'messageHash' | 'cancelOffset' | 'cancelHash'>;

/** What a decision takes from the messages with which the contract acts. */
export function commonPart(
  { messageHash, cancelOffset, cancelHash }: ContractMessages,
  attempt: number,
): CommonPart {
  return { attempt, messageHash, cancelOffset, cancelHash };
}

/**
 * The decision that a proven vote is for the contract: the one place where it is put together, for services that attest it
 * by themselves and for people who do.
 */
export function decisionOf(
  {
    result,
    codeHash,
    evidenceHash,
    sums,
  }: Pick<ProvenVote, 'codeHash' | 'evidenceHash' | 'sums'> & {
    readonly result: Pick<ProvenVote['result'], 'paraId' | 'head' | 'headNumber' | 'roundId' | 'policy'>;
  },
  common: CommonPart,
): ContractDecision {
  return {
    para: result.paraId,
    anchorNumber: result.headNumber,
    anchorHead: result.head,
    roundId: result.roundId,
    policyHash: result.policy,
    codeHash,
    evidenceHash,
    ...sums,
    ...common,
  };
}

/** What can be held against somebody's decision before its evidence is looked at: the same end by the same means. */
export function isSameEnd(
  expected: CommonPart & { readonly anchorHead: Hex; readonly roundId: Hex; readonly codeHash: Hex },
  decision: ContractDecision,
): boolean {
  return (
    decision.anchorHead === expected.anchorHead &&
    decision.roundId === expected.roundId &&
    decision.codeHash === expected.codeHash &&
    decision.attempt === expected.attempt &&
    decision.messageHash === expected.messageHash &&
    decision.cancelOffset === expected.cancelOffset &&
    decision.cancelHash === expected.cancelHash
  );
}
