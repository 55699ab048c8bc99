import type { Policy } from '../policy/policy.ts';
import type { CountedEndorsement } from '../round/endorsement.ts';
import type { Anchor, AnchorEvidence, CountedVote, OptIn, Proposal } from '../round/round.ts';
import type { RoundClock } from '../round/tally.ts';
import type { Hex, ParaId, RelayBlock } from '../units.ts';

export interface RoundKey {
  readonly paraId: ParaId;
  readonly anchor: Hex;
  readonly round: number;
}

/** How a round ended, kept so that its evidence can be given out for ever. */
export interface RoundRecord extends RoundKey {
  readonly policy: Hex;
  readonly clock: RoundClock;
  readonly decidedAt: RelayBlock;
}

/** Opt-ins, policies, anchors, code blobs, proposals, votes and account proofs. Every write is synced. */
export interface Ledger {
  optIn(paraId: ParaId): Promise<OptIn | null>;
  /** Stores the act and, for an opt-in, its policy in one batch. */
  putOptIn(optIn: OptIn, policy: Policy | null): Promise<void>;
  policy(hash: Hex): Promise<Policy | null>;
  anchor(paraId: ParaId, head: Hex): Promise<{ anchor: Anchor; evidence: AnchorEvidence } | null>;
  putAnchor(paraId: ParaId, anchor: Anchor, evidence: AnchorEvidence): Promise<void>;
  /** Stores proposal and blob in one batch; the same proposal again changes nothing. */
  putProposal(proposal: Proposal, code: Uint8Array): Promise<void>;
  proposals(key: RoundKey): Promise<readonly Proposal[]>;
  code(codeHash: Hex): Promise<Uint8Array | null>;
  /** The counted vote of each account: the one with the highest sequence, whatever the proposal. */
  votes(key: RoundKey): Promise<readonly CountedVote[]>;
  /** Stores the vote and the trie nodes that prove its power, in one batch. */
  putVote(vote: CountedVote, proofKeys: readonly Hex[], nodes: readonly Uint8Array[]): Promise<void>;
  /** The latest statement of each member on each proposal of the round. */
  endorsements(key: RoundKey): Promise<readonly CountedEndorsement[]>;
  /** Stores a statement; @throws RESCUE_VOTE_SEQUENCE unless its sequence is above the stored one. */
  putEndorsement(endorsement: CountedEndorsement): Promise<void>;
  /** Stores how a round ended; the first record stays. */
  putRound(record: RoundRecord): Promise<void>;
  /** Ended rounds, in no particular order. */
  rounds(paraId: ParaId): Promise<readonly RoundRecord[]>;
  /** Nodes that prove `storageKey` at the anchor, as they were verified at admission. */
  proofOf(paraId: ParaId, anchor: Hex, storageKey: Hex): Promise<readonly Uint8Array[] | null>;
}
