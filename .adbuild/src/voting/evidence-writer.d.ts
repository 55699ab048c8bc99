import { type Policy } from '../domain/policy.ts';
import type { Anchor, AnchorEvidence, CountedVote, OptIn, Proposal } from '../domain/round.ts';
import { type RoundClock } from '../domain/tally.ts';
import { type AccountHex, type RelayBlock } from '../domain/units.ts';
import type { AuthoritySet } from '../proof/grandpa-codec.ts';
import type { PowerLayout } from './power-layout.ts';
/** That the anchor's relay block is final. */
export interface FinalityEvidence {
    /** An answer of `grandpa_proveFinality` for the block, or a justification of the block itself. */
    readonly form: 'finality-proof' | 'justification';
    readonly proof: Uint8Array;
    /** The voters at that block. */
    readonly set: AuthoritySet;
}
/** Everything that one round is recomputed from. */
export interface EvidenceInput {
    readonly policy: Policy;
    readonly optIn: OptIn | null;
    readonly anchor: Anchor;
    readonly evidence: AnchorEvidence;
    /** The standard one when left out. */
    readonly layout?: PowerLayout;
    readonly finality: FinalityEvidence | null;
    readonly round: number;
    readonly clock: RoundClock;
    /** Relay block at which the decision fell, or the last one seen while the round is open. */
    readonly decidedAt: RelayBlock;
    readonly proposals: readonly Proposal[];
    /** One an account. */
    readonly votes: readonly CountedVote[];
    /** Trie nodes under the head's state root that prove these keys: from the ledger, the census or a node. */
    readonly proofOf: (keys: readonly Uint8Array[], account: AccountHex) => Promise<readonly Uint8Array[]>;
}
/**
 * The bundle, line by line: the same input gives the same bytes. Nodes that prove nothing are left out. It states what
 * the votes add up to by itself; it does not check signatures, which were checked at admission.
 * @throws RESCUE_PROOF_INVALID when the anchor's evidence does not hold or the nodes of a vote are missing; nothing was
 * given out then
 */
export declare function writeEvidence(input: EvidenceInput): AsyncGenerator<string>;
