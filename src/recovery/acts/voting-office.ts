import { RescueError } from '../../domain/errors.ts';
import type { CensusStore } from '../../domain/ports/census.ts';
import type { Ledger } from '../../domain/ports/ledger.ts';
import type { CountedEndorsement, SignedEndorsement } from '../../domain/round/endorsement.ts';
import type { CountedVote, SignedBallot } from '../../domain/round/round.ts';
import type { RoundClock } from '../../domain/round/tally.ts';
import { type AccountHex, type Hex, toHex } from '../../domain/units.ts';
import { admitBallot, type OpenRound } from '../../voting/ballots/admission.ts';
import { admitEndorsement } from '../../voting/ballots/endorsement.ts';
import type { FloodGuard } from '../../voting/ballots/flood-guard.ts';
import type { RoundBook } from '../../voting/open-round.ts';
import type { EventHub } from '../event-hub.ts';
import type { ParaDesk } from '../para/para-desk.ts';
import type { AccountProof } from '../rescue-service.ts';
import { type AccountPower, readAccountPower } from './account-power-reader.ts';

export interface VotingOffice {
  readonly genesis: Hex;
  readonly ledger: Ledger;
  readonly census: Pick<CensusStore, 'node'>;
  readonly hub: EventHub;
  /** One for the whole service: what wrong signatures cost is bounded by sender. */
  readonly guard: FloodGuard;
}

/** Checks a vote from cheap to expensive and counts it; see `RescueService.vote`. */
export async function admitVote(
  office: VotingOffice,
  desk: ParaDesk,
  ballot: SignedBallot,
  sender: string | null,
): Promise<CountedVote> {
  const { ledger, hub } = office;
  const { book, clock, now } = await desk.queue.run(() => requireOpenRound(desk));
  const proofs: AccountPower[] = [];
  const counted = await admitBallot({
    ballot,
    policy: book.policy,
    now,
    round: openRound(office, book, clock),
    guard: office.guard,
    ...(sender !== null && { sender }),
    previous: async (account) => book.vote(account),
    provePower: async (account) => {
      const proof = await readAccountPower(office, desk, book, account);
      proofs.push(proof);
      return proof.power;
    },
  });

  return desk.queue.run(async () => {
    const present = await requireOpenRound(desk);
    if (present.book !== book || present.now >= present.clock.closesAt) {
      throw new RescueError(
        'RESCUE_STATE_REFUSES',
        'The round ended while the vote was being checked; it is not counted.',
      );
    }
    const [proof] = proofs;
    if (!proof) throw new RescueError('RESCUE_INTERNAL', 'A vote was admitted without a proof of its power.');
    const vote: CountedVote = { ...counted, admittedAt: present.now };
    await ledger.putVote(vote, proof.keys.map(toHex), proof.nodes);
    book.addVote(vote);
    hub.tell(desk.para.id, 'vote-counted', `${vote.choice} by ${vote.account} with power ${vote.power}`, {
      account: vote.account,
      choice: vote.choice,
      proposal: vote.proposal,
      power: vote.power.toString(),
      sequence: vote.sequence,
    });
    return vote;
  });
}

/** Checks a statement of the policy's technical body and stores it; see `RescueService.endorse`. */
export async function recordEndorsement(
  office: VotingOffice,
  desk: ParaDesk,
  endorsement: SignedEndorsement,
  sender: string | null,
): Promise<CountedEndorsement> {
  return desk.queue.run(async () => {
    const { book, clock, now } = await requireOpenRound(desk);
    const counted = await admitEndorsement({
      endorsement,
      policy: book.policy,
      now,
      round: openRound(office, book, clock),
      guard: office.guard,
      ...(sender !== null && { sender }),
      previous: async (account, proposal) =>
        book.endorsements().find((entry) => entry.account === account && entry.proposal === proposal) ?? null,
    });
    await office.ledger.putEndorsement(counted);
    book.addEndorsement(counted);
    const { stance, account, proposal, sequence } = counted;
    const words = stance === 'endorse' ? 'endorses' : 'no longer endorses';
    const data = { stance, account, proposal, sequence };
    office.hub.tell(desk.para.id, 'endorsed', `${account} ${words} proposal ${proposal}`, data);
    await desk.review();
    return counted;
  });
}

/** What a vote or an endorsement must be bound to. */
function openRound({ genesis }: VotingOffice, book: RoundBook, clock: RoundClock): OpenRound {
  return {
    relayGenesis: genesis,
    paraId: book.key.paraId,
    anchor: book.key.anchor,
    round: book.key.round,
    proposals: new Set(book.proposals().map(({ hash }) => hash)),
    clock,
  };
}

/** An account's storage at the anchor with its path; see `RescueService.accountProof`. */
export async function proveAccount(
  office: VotingOffice,
  desk: ParaDesk,
  account: AccountHex,
): Promise<AccountProof> {
  const book = await desk.queue.run(() => desk.book());
  const stored = book && (await office.ledger.anchor(desk.para.id, book.key.anchor));
  if (!book || !stored) {
    throw new RescueError(
      'RESCUE_STATE_REFUSES',
      'No anchor is frozen for this para, so there is nothing to prove against.',
    );
  }
  const { keys, values, nodes, power } = await readAccountPower(office, desk, book, account);
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

async function requireOpenRound(desk: ParaDesk) {
  const state = desk.runner.state();
  const { clock } = desk.runner.context();
  const book = state === 'voting' ? await desk.book() : null;
  const now = desk.latest()?.observation.relay.number;
  if (!book || !clock) {
    throw new RescueError(
      'RESCUE_STATE_REFUSES',
      `The para is in state ${state}; votes are taken in voting.`,
    );
  }
  if (now === undefined) {
    throw new RescueError(
      'RESCUE_STATE_REFUSES',
      'The service has just started and has seen no finalized relay block yet; try again in a moment.',
    );
  }
  return { book, clock, now };
}
