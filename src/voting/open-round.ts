import { RescueError } from '../domain/errors.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { Ledger, RoundKey, RoundRecord } from '../domain/ports/ledger.ts';
import type { CollatorBody } from '../domain/round/collators.ts';
import { type CountedEndorsement, isEndorsed } from '../domain/round/endorsement.ts';
import type { Anchor, CountedVote, Proposal, ProxyType, RoundPlace } from '../domain/round/round.ts';
import { type CandidateTally, createVoteSums } from '../domain/round/tally.ts';
import type { AccountHex, Hex, Planck, RelayBlock } from '../domain/units.ts';
import type { VotesPage, VotesWanted } from '../domain/views/voting.ts';
import { layoutOf, verifyElectors } from './anchor-proof.ts';
import type { PowerLayout } from './power/layout/power-layout.ts';
import { byAdmission, createVoteOrder } from './vote-order.ts';

/** The votes of one round in memory, kept equal to the ledger: every change is on disk before it is in here. */
export interface OpenRound {
  readonly key: RoundKey;
  readonly opening: RelayBlock;
  /** Number of the round within its opening. */
  readonly round: number;
  readonly anchor: Anchor;
  readonly policy: Policy;
  readonly electorate: Planck;
  /** Null where the policy has no collators decide. */
  readonly collators: CollatorBody | null;
  readonly layout: PowerLayout;
  /** Of the para at the anchor; empty where no proxy speaks for anybody. */
  readonly proxyTypes: readonly ProxyType[];
  proposals(): readonly Proposal[];
  votes(): readonly CountedVote[];
  /** In the order in which they were admitted. */
  votesPage(wanted: VotesWanted): VotesPage;
  vote(account: AccountHex): CountedVote | null;
  endorsements(): readonly CountedEndorsement[];
  tallies(): readonly CandidateTally[];
  /** Grows with everything that is added. */
  changes(): number;
  addProposal(proposal: Proposal): void;
  /** Replaces the account's earlier statement on the same proposal. */
  addEndorsement(endorsement: CountedEndorsement): void;
  /** Replaces the account's earlier vote, whatever proposal it was for. */
  addVote(vote: CountedVote): void;
}

/** The round as it is recorded when it ends, and as evidence of it is written. */
export function recordOf(
  { key, anchor, opening, round }: OpenRound,
  end: Pick<RoundRecord, 'policy' | 'clock' | 'decidedAt'>,
): RoundRecord {
  return { ...key, anchor: anchor.head.hash, anchoredAt: anchor.relay.number, opening, round, ...end };
}

/** What signed acts of the round are bound to. */
export function placeOf({ key, anchor, round, policy }: OpenRound): RoundPlace {
  const relayGenesis = policy.relayGenesis as Hex;
  return { relayGenesis, ...key, anchor: anchor.head.hash, round };
}

/**
 * Loads a round from the ledger.
 * @throws RESCUE_PROOF_INVALID when the stored evidence does not prove the anchor or the electorate.
 */
export async function loadRound(
  ledger: Pick<Ledger, 'anchor' | 'proposals' | 'endorsements' | 'votes'>,
  { paraId, roundId, opening, round }: RoundKey & Pick<RoundRecord, 'opening' | 'round'>,
  anchor: Anchor,
  policy: Policy,
): Promise<OpenRound> {
  const key: RoundKey = { paraId, roundId };
  const stored = await ledger.anchor(paraId, anchor.head.hash, anchor.relay.number);
  if (!stored) {
    throw new RescueError(
      'RESCUE_STORE_CORRUPT',
      `The evidence of anchor ${anchor.head.hash} is missing in the database.`,
    );
  }
  const layout = layoutOf(stored.evidence);
  const { electorate, collators } = verifyElectors(paraId, anchor, stored.evidence, policy, layout);
  const proposals = new Map<Hex, Proposal>();
  const votes = new Map<AccountHex, CountedVote>();
  const order = createVoteOrder();
  const sums = createVoteSums(collators);
  let changes = 0;
  const addVote = (vote: CountedVote): void => {
    const earlier = votes.get(vote.account);
    if (earlier) sums.add(earlier, -1);
    votes.set(vote.account, vote);
    order.add(vote, earlier);
    sums.add(vote);
    changes += 1;
  };

  const endorsements = new Map<string, CountedEndorsement>();
  const addEndorsement = (endorsement: CountedEndorsement): void => {
    endorsements.set(`${endorsement.proposal}/${endorsement.account}`, endorsement);
    changes += 1;
  };

  for (const endorsement of await ledger.endorsements(key)) addEndorsement(endorsement);
  for (const proposal of await ledger.proposals(key)) proposals.set(proposal.hash, proposal);
  for (const vote of (await ledger.votes(key)).toSorted(byAdmission)) addVote(vote);

  return {
    key,
    opening,
    round,
    anchor,
    policy,
    electorate,
    collators,
    layout,
    proxyTypes: stored.evidence.proxyTypes ?? [],
    proposals: () => [...proposals.values()],
    votes: () => [...votes.values()],
    votesPage: order.page,
    changes: () => changes,
    vote: (account) => votes.get(account) ?? null,
    tallies: () =>
      [...proposals.values()].map(({ hash, admittedAt }) => ({
        ...sums.tally(hash, electorate, policy.voting),
        admittedAt,
        endorsed: isEndorsed(hash, endorsements.values(), policy.endorsement),
      })),
    addProposal: (proposal) => {
      proposals.set(proposal.hash, proposal);
      changes += 1;
    },
    addVote,
    addEndorsement,
    endorsements: () => [...endorsements.values()],
  };
}
