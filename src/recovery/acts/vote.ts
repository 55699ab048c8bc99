import { toHex } from '../../bytes/hex.ts';
import { requireActable } from '../../domain/chain/actable.ts';
import { RescueError } from '../../domain/errors.ts';
import { collatorsAlone } from '../../domain/policy/collator-rules.ts';
import type { CensusStore } from '../../domain/ports/census.ts';
import type { AccountProofNodes, Ledger } from '../../domain/ports/ledger.ts';
import type { CountedEndorsement, SignedEndorsement } from '../../domain/round/endorsement.ts';
import type { CountedVote, SignedBallot } from '../../domain/round/round.ts';
import type { RoundClock } from '../../domain/round/tally.ts';
import type { AccountHex } from '../../domain/units.ts';
import type { AccountProof } from '../../domain/views/voting.ts';
import { admitBallot, type RoundBinding } from '../../voting/ballots/admission.ts';
import { admitEndorsement } from '../../voting/ballots/endorsement.ts';
import { createPace, type Pace } from '../../voting/ballots/pace.ts';
import { type OpenRound, placeOf } from '../../voting/open-round.ts';
import type { EventHub } from '../event-hub.ts';
import type { ParaTracker } from '../para/tracker.ts';
import { type AccountPower, readAccountPower } from './account-power-reader.ts';
import { delegatesAt } from './delegates.ts';
import type { SignatureDesk } from './signature-desk.ts';

export interface VotingContext {
  readonly ledger: Ledger;
  readonly census: Pick<CensusStore, 'node'>;
  readonly hub: EventHub;
  readonly desk: SignatureDesk;
}

const NO_PROOF: Pick<AccountPower, 'keys' | 'nodes'> = { keys: [], nodes: [] };

/** How often each account acted in a round, for as long as the round is in memory. */
const paces = new WeakMap<OpenRound, Pace>();

function paceOf(openRound: OpenRound): Pace {
  const known = paces.get(openRound);
  if (known) return known;
  const pace = createPace();
  paces.set(openRound, pace);
  return pace;
}

/** Checks a vote from cheap to expensive and counts it; see `RescueService.vote`. */
export async function admitVote(
  context: VotingContext,
  tracker: ParaTracker,
  ballot: SignedBallot,
  sender: string | null,
): Promise<CountedVote> {
  const { ledger, hub } = context;
  const { openRound, clock, now } = await tracker.queue.run(() => requireOpenRound(tracker));
  const proofs: AccountPower[] = [];
  const speakers: AccountProofNodes[] = [];
  const counted = await admitBallot({
    ballot,
    policy: openRound.policy,
    now,
    round: bindingOf(openRound, clock),
    collators: openRound.collators,
    verify: (signed, account) => {
      paceOf(openRound).check(account, now);
      return context.desk.verify(signed, account, sender);
    },
    previous: async (account) => openRound.vote(account),
    delegates: delegatesAt(context, tracker, openRound, sender ?? '', speakers),
    provePower: async (account) => {
      const proof = await context.desk.lookups.run({ client: sender ?? '', account }, () =>
        readAccountPower(context, tracker, openRound, account),
      );
      proofs.push(proof);
      return proof.power;
    },
  });

  return tracker.queue.run(async () => {
    const present = await requireOpenRound(tracker);
    if (present.openRound !== openRound || present.now >= present.clock.closesAt) {
      throw new RescueError(
        'RESCUE_STATE_REFUSES',
        'The round ended while the vote was being checked; it is not counted.',
      );
    }
    // Nothing is read of an account whose vote does not weigh what it holds.
    const [proof = collatorsAlone(openRound.policy) ? NO_PROOF : null] = proofs;
    if (!proof) throw new RescueError('RESCUE_INTERNAL', 'A vote was admitted without a proof of its power.');
    const vote: CountedVote = { ...counted, admittedAt: present.now };
    paceOf(openRound).check(vote.account, present.now);
    await ledger.putVote(vote, proof.keys.map(toHex), proof.nodes, speakers);
    paceOf(openRound).count(vote.account, present.now);
    openRound.addVote(vote);
    hub.tell(tracker.para.id, 'vote-counted', {
      account: vote.account,
      choice: vote.choice,
      proposal: vote.proposal,
      power: vote.power.toString(),
      sequence: vote.sequence,
      ...(vote.collator && { collator: vote.collator }),
    });
    return vote;
  });
}

/** Checks a statement of the policy's technical body and stores it; see `RescueService.endorse`. */
export async function recordEndorsement(
  context: VotingContext,
  tracker: ParaTracker,
  endorsement: SignedEndorsement,
  sender: string | null,
): Promise<CountedEndorsement> {
  const { openRound, clock, now } = await tracker.queue.run(() => requireOpenRound(tracker));
  const who = `${endorsement.account} ${endorsement.proposal}`;
  const speakers: AccountProofNodes[] = [];
  const checked = await admitEndorsement({
    endorsement,
    policy: openRound.policy,
    now,
    round: bindingOf(openRound, clock),
    verify: (signed, account) => {
      paceOf(openRound).check(who, now);
      return context.desk.verify(signed, account, sender);
    },
    previous: async (account, proposal) =>
      openRound.endorsements().find((entry) => entry.account === account && entry.proposal === proposal) ??
      null,
    delegates: delegatesAt(context, tracker, openRound, sender ?? '', speakers),
  });

  return tracker.queue.run(async () => {
    const present = await requireOpenRound(tracker);
    if (present.openRound !== openRound || present.now >= present.clock.closesAt) {
      throw new RescueError(
        'RESCUE_STATE_REFUSES',
        'The round ended while the endorsement was being checked; it is not counted.',
      );
    }
    paceOf(openRound).check(who, present.now);
    const counted = { ...checked, admittedAt: present.now };
    await context.ledger.putEndorsement(counted, speakers);
    paceOf(openRound).count(who, present.now);
    openRound.addEndorsement(counted);
    const { stance, account, proposal, sequence } = counted;
    context.hub.tell(tracker.para.id, 'endorsed', { stance, account, proposal, sequence });
    await tracker.review();
    return counted;
  });
}

/** What a vote or an endorsement must be bound to. */
function bindingOf(openRound: OpenRound, clock: RoundClock): RoundBinding {
  return {
    ...placeOf(openRound),
    proposals: new Set(openRound.proposals().map(({ hash }) => hash)),
    clock,
  };
}

/** An account's storage at the anchor with its path; see `RescueService.accountProof`. */
export async function proveAccount(
  context: VotingContext,
  tracker: ParaTracker,
  account: AccountHex,
): Promise<AccountProof> {
  const openRound = await tracker.queue.run(() => tracker.openRound());
  const stored =
    openRound &&
    (await context.ledger.anchor(tracker.para.id, openRound.anchor.head.hash, openRound.anchor.relay.number));
  if (!openRound || !stored) {
    throw new RescueError(
      'RESCUE_STATE_REFUSES',
      'No anchor is frozen for this para, so there is nothing to prove against.',
    );
  }
  const { keys, values, nodes, power } = await readAccountPower(context, tracker, openRound, account);
  return {
    account,
    anchor: stored.anchor,
    evidence: stored.evidence,
    storageKeys: keys.map(toHex),
    values: values.map((value) => value && toHex(value)),
    nodes: nodes.map(toHex),
    power,
  };
}

async function requireOpenRound(tracker: ParaTracker) {
  const state = tracker.runner.state();
  const { clock } = tracker.runner.context();
  const openRound = state === 'voting' ? await tracker.openRound() : null;
  const seen = tracker.latest()?.observation;
  if (!openRound || !clock) {
    throw new RescueError(
      'RESCUE_STATE_REFUSES',
      `The para is in state ${state}; votes are taken in voting.`,
    );
  }
  if (seen === undefined) {
    throw new RescueError(
      'RESCUE_STATE_REFUSES',
      'The service has just started and has seen no finalized relay block yet; try again in a moment.',
    );
  }
  // The block is stored with the act, and only one that was proven may be.
  requireActable(seen);
  return { openRound, clock, now: seen.relay.number };
}
