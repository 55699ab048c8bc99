import type { Policy } from '../policy/policy.ts';
import type { CountedEndorsement, Endorsement } from '../round/endorsement.ts';
import type { CountedRelease } from '../round/release.ts';
import type {
  Anchor,
  AnchorEvidence,
  Ballot,
  CountedVote,
  OptIn,
  OwnSignature,
  Proposal,
  ProposedCode,
} from '../round/round.ts';
import type { RoundId } from '../round/round-id.ts';
import type { RoundClock } from '../round/tally.ts';
import type { ChangedEntries } from '../trial/difference.ts';
import type { ProposalTrial } from '../trial/proposal-trial.ts';
import type { Hex, ParaId, RelayBlock } from '../units.ts';
import type { ArchivedNode } from './census.ts';

export interface ProvenAnchor {
  readonly anchor: Anchor;
  readonly evidence: AnchorEvidence;
}

export interface RoundKey {
  readonly paraId: ParaId;
  readonly roundId: RoundId;
}

/** How a round ended, kept so that its evidence can be given out for ever. */
export interface RoundRecord extends RoundKey {
  /** Hash of the anchor's head, and the relay block at which it was frozen. */
  readonly anchor: Hex;
  readonly anchoredAt: RelayBlock;
  readonly opening: RelayBlock;
  /** Number of the round within its opening. */
  readonly round: number;
  readonly policy: Hex;
  readonly clock: RoundClock;
  readonly decidedAt: RelayBlock;
}

type Admitted = Pick<CountedVote, 'admittedAt'>;

/** A round that ended under a version whose rounds had no id: known by head and number, and signed for in texts of version 1. */
export interface EarlierRound
  extends Pick<RoundRecord, 'paraId' | 'anchor' | 'round' | 'policy' | 'clock' | 'decidedAt'> {
  readonly anchoredAt: RelayBlock;
  readonly proposals: readonly (Omit<ProposedCode, 'roundId' | 'trial' | 'changes'> & OwnSignature)[];
  readonly endorsements: readonly (Omit<Endorsement, 'roundId'> & OwnSignature & Admitted)[];
  readonly votes: readonly (Omit<Ballot, 'roundId'> & OwnSignature & Admitted & Pick<CountedVote, 'power'>)[];
}

/** Storage keys of the para with the trie nodes that prove them at the anchor. */
export interface AccountProofNodes {
  readonly keys: readonly Hex[];
  readonly nodes: readonly Uint8Array[];
}

/** What came of trying a proposal. */
export interface KeptTrial {
  readonly trial: ProposalTrial;
  readonly entries: ChangedEntries;
  /** Hashes of nodes and values of both chains' states that suffice to repeat it. */
  readonly nodes: readonly Hex[];
}

export interface TrialToKeep extends KeptTrial {
  /** Those of the nodes that may not be stored yet. */
  readonly fresh: readonly ArchivedNode[];
}

/** Opt-ins, policies, anchors, code blobs, proposals, votes and account proofs. Every write is synced. */
export interface Ledger {
  optIn(paraId: ParaId): Promise<OptIn | null>;
  /** Stores the act and, for an opt-in, its policy in one batch. */
  putOptIn(optIn: OptIn, policy: Policy | null): Promise<void>;
  policy(hash: Hex): Promise<Policy | null>;
  /** The anchor on this head that was frozen at this relay block. */
  anchor(paraId: ParaId, head: Hex, relayBlock: RelayBlock): Promise<ProvenAnchor | null>;
  /** All anchors that were ever frozen on this head, oldest first: it may have become the last one several times. */
  anchors(paraId: ParaId, head: Hex): Promise<readonly ProvenAnchor[]>;
  putAnchor(paraId: ParaId, anchor: Anchor, evidence: AnchorEvidence): Promise<void>;
  /** Stores proposal, blob and trial in one batch; the same proposal again changes nothing. */
  putProposal(
    proposal: Proposal,
    code: Uint8Array,
    trial?: TrialToKeep | null,
    proofs?: readonly AccountProofNodes[],
  ): Promise<void>;
  /** Of a proposal that was tried; null for others. */
  trial(key: RoundKey, proposal: Hex): Promise<KeptTrial | null>;
  proposals(key: RoundKey): Promise<readonly Proposal[]>;
  code(codeHash: Hex): Promise<Uint8Array | null>;
  /** The counted vote of each account: the one with the highest sequence, whatever the proposal. */
  votes(key: RoundKey): Promise<readonly CountedVote[]>;
  /** Stores the vote and the trie nodes that prove its power, and who may speak for its account where others signed, in one batch. */
  putVote(
    vote: CountedVote,
    proofKeys: readonly Hex[],
    nodes: readonly Uint8Array[],
    others?: readonly AccountProofNodes[],
  ): Promise<void>;
  /** The latest statement of each member on each proposal of the round. */
  endorsements(key: RoundKey): Promise<readonly CountedEndorsement[]>;
  /** Stores a statement; @throws RESCUE_VOTE_SEQUENCE unless its sequence is above the stored one. */
  putEndorsement(endorsement: CountedEndorsement, proofs?: readonly AccountProofNodes[]): Promise<void>;
  /** What each person said last of the decision of the round. */
  releases(key: RoundKey): Promise<readonly CountedRelease[]>;
  /** Stores a statement; @throws RESCUE_RELEASE_INVALID unless its sequence is above the stored one. */
  putRelease(release: CountedRelease): Promise<void>;
  /** Stores how a round ended; the first record stays. */
  putRound(record: RoundRecord): Promise<void>;
  /** Ended rounds, in no particular order. */
  rounds(paraId: ParaId): Promise<readonly RoundRecord[]>;
  /** The round without an id that ended last; null when there is none. */
  earlierRound(paraId: ParaId): Promise<EarlierRound | null>;
  /** Nodes that prove `storageKey` at the anchor, as they were verified at admission. */
  proofOf(paraId: ParaId, anchor: Hex, storageKey: Hex): Promise<readonly Uint8Array[] | null>;
}
