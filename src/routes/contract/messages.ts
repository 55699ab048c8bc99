import type { RelayCall } from '../../domain/chain/extrinsics.ts';
import type { ParaObservation } from '../../domain/chain/observation.ts';
import type { ApprovalParties, RescueContract } from '../../domain/contract/rescue-contract.ts';
import type { ContractTerms } from '../../domain/policy/policy.ts';
import type { RelaySubmitter } from '../../domain/ports/submitter.ts';
import type { AccountHex, Hex } from '../../domain/units.ts';
import { approveByHash, takeApprovalBack } from './approval-calls.ts';
import { scheduleCall } from './plan.ts';

/** The call that a contract has approved, and the two messages with which it approves and takes that back. */
export interface ContractMessages {
  readonly parties: ApprovalParties;
  /** What the multisig approves, and its hash. */
  readonly call: RelayCall;
  readonly callHash: Hex;
  /** The XCM that a decision commits to. */
  readonly message: Hex;
  readonly messageHash: Hex;
  readonly cancelHash: Hex;
  readonly cancelOffset: number;
}

const LAST_PLACE = 0xffff_ffff;

/** Every watcher comes to the same bytes: they depend on policy, code and manager alone, not on who asks or when. */
export async function composeMessages(
  relay: Pick<RelaySubmitter, 'prepare'>,
  contract: Pick<RescueContract, 'parties' | 'wrap' | 'commitCancel'>,
  subject: {
    readonly terms: ContractTerms;
    readonly observation: ParaObservation;
    readonly code: Uint8Array;
  },
): Promise<ContractMessages> {
  const { terms, observation, code } = subject;
  const parties = contract.parties(terms.operators as AccountHex[]);
  const call = scheduleCall(observation, parties, code);
  const { hash: callHash } = await relay.prepare(call);
  const cancelAt = (place: number) =>
    relay.prepare(takeApprovalBack(parties, callHash, { height: place, index: place }));
  const [approve, first, last] = await Promise.all([
    relay.prepare(approveByHash(parties, callHash)),
    cancelAt(0),
    cancelAt(LAST_PLACE),
  ]);
  const fee = BigInt(terms.fee);
  const { message, hash: messageHash } = contract.wrap(approve.data, fee);
  const { hash: cancelHash, offset: cancelOffset } = contract.commitCancel(first.data, last.data, fee);
  return { parties, call, callHash, message, messageHash, cancelHash, cancelOffset };
}
