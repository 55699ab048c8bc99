import { hashCode } from '../../code/inspect.ts';
import { isNodeTrouble, messageOf, RescueError } from '../../domain/errors.ts';
import type { Peer } from '../../domain/ports/peer.ts';
import type { CountedEndorsement, SignedEndorsement } from '../../domain/round/endorsement.ts';
import { type Proposal, signatureOf } from '../../domain/round/round.ts';
import type { RoundId } from '../../domain/round/round-id.ts';
import type { Hex } from '../../domain/units.ts';
import type { ProposalHead } from '../../domain/views/voting.ts';
import { verifyEach } from '../../voting/ballots/admission.ts';
import { proposalHash } from '../../voting/ballots/proposal-hash.ts';
import { neededSigners, signedTexts } from '../../voting/ballots/signers.ts';
import { proposalText } from '../../voting/ballots/texts.ts';
import type { OpenRound } from '../../voting/open-round.ts';
import { MAX_PROPOSALS } from '../acts/propose.ts';
import type { EventHub } from '../event-hub.ts';
import type { ExchangeTracker } from './votes.ts';

type Round = Pick<OpenRound, 'key' | 'anchor' | 'policy' | 'proposals' | 'endorsements'>;

/** What the exchange needs of a para's tracker. */
export interface ProposalTracker extends Omit<ExchangeTracker, 'openRound'> {
  openRound(): Promise<Round | null>;
}

/**
 * Fetches from other services the proposals, and what the technical body says of them, so that a proposer needs to reach
 * one of them only. Each is admitted here by the same rules; the code, which is large, is fetched last.
 */
export class ProposalExchange {
  readonly #propose: (head: ProposalHead, code: () => Promise<Uint8Array>) => Promise<Proposal>;
  readonly #endorse: (endorsement: SignedEndorsement, sender: string) => Promise<CountedEndorsement>;
  readonly #hub: Pick<EventHub, 'tell'>;
  /** What was refused, by peer: as much as one may offer in a round. */
  readonly #refused = new Map<string, Set<Hex>>();
  /** The other round that a peer was last told to be in, by peer and para. */
  readonly #others = new Map<string, string>();

  constructor(options: {
    readonly propose: (head: ProposalHead, code: () => Promise<Uint8Array>) => Promise<Proposal>;
    readonly endorse: (endorsement: SignedEndorsement, sender: string) => Promise<CountedEndorsement>;
    readonly hub: Pick<EventHub, 'tell'>;
  }) {
    this.#propose = options.propose;
    this.#endorse = options.endorse;
    this.#hub = options.hub;
  }

  /** One fetch from one peer; call it at each block for each peer apart. Never throws. */
  async fetch(peer: Peer, tracker: ProposalTracker, signal: AbortSignal): Promise<void> {
    const state = tracker.runner.state();
    if (state !== 'optInRescue' && state !== 'voting') return;
    try {
      const openRound = await tracker.queue.run(() => tracker.openRound());
      if (!openRound) return;
      await this.#takeProposals(peer, tracker, openRound, signal);
      if (state === 'voting' && !signal.aborted) await this.#takeEndorsements(peer, tracker, openRound);
    } catch (error) {
      // A peer that is down is told of by the exchange of votes.
      if (!(error instanceof RescueError)) throw error;
    }
  }

  async #takeProposals(
    peer: Peer,
    tracker: ProposalTracker,
    openRound: Round,
    signal: AbortSignal,
  ): Promise<void> {
    const { roundId } = openRound.key;
    const head = openRound.anchor.head.hash;
    const known = new Set(openRound.proposals().map(({ hash }) => hash));
    const place = `${peer.name}/${tracker.para.id}/${roundId}`;
    const refused = this.#refused.get(place) ?? new Set<Hex>();
    this.#refused.set(place, refused);
    for (const proposal of await peer.proposals(tracker.para.id)) {
      if (signal.aborted || refused.size >= MAX_PROPOSALS) return;
      const { hash } = proposal;
      if (proposal.roundId !== roundId) {
        if (proposal.anchor === head) this.#tellOther(peer, tracker, proposal.roundId, roundId);
        continue;
      }
      if (known.has(hash) || refused.has(hash)) continue;
      try {
        await this.#admit(peer, proposal, openRound);
      } catch (error) {
        if (!(error instanceof RescueError)) throw error;
        if (PASSING.includes(error.code) || isNodeTrouble(error)) continue;
        refused.add(hash);
        this.#hub.tell(tracker.para.id, 'peer-trouble', {
          trouble: 'proposal-refused',
          peer: peer.name,
          proposal: hash,
          reason: messageOf(error),
        });
      }
    }
  }

  /** What costs little is looked at before megabytes are fetched. */
  async #admit(peer: Peer, proposal: Proposal, { policy }: Round): Promise<void> {
    const { hash, paraId, roundId, codeHash, text, proposer } = proposal;
    if (proposalHash(proposal) !== hash) {
      throw new RescueError('RESCUE_PROPOSAL_INVALID', 'It has another hash.');
    }
    const signers = neededSigners(proposer, proposal, 'RESCUE_PROPOSAL_INVALID');
    verifyEach(signedTexts(signers, proposalText(proposal), policy.signers?.ethereum));
    await this.#propose({ paraId, roundId, codeHash, text, proposer, ...signatureOf(proposal) }, async () => {
      const code = await peer.code(codeHash);
      if (hashCode(code) === codeHash) return code;
      throw new RescueError('RESCUE_PROPOSAL_INVALID', 'The code that comes with it has another hash.');
    });
  }

  /** Two services that saw the same chain under the same policy are in the same round: the operators have something to compare. */
  #tellOther(peer: Peer, tracker: ProposalTracker, roundId: RoundId, own: RoundId): void {
    const place = `${peer.name}/${tracker.para.id}`;
    const pair = `${roundId}/${own}`;
    if (this.#others.get(place) === pair) return;
    this.#others.set(place, pair);
    this.#hub.tell(tracker.para.id, 'peer-trouble', {
      trouble: 'other-round',
      peer: peer.name,
      roundId,
      own,
    });
  }

  async #takeEndorsements(peer: Peer, tracker: ProposalTracker, openRound: Round): Promise<void> {
    const known = new Map(
      openRound.endorsements().map((entry) => [`${entry.account}/${entry.proposal}`, entry.sequence]),
    );
    for (const endorsement of await peer.endorsements(tracker.para.id)) {
      const { account, proposal, sequence } = endorsement;
      if ((known.get(`${account}/${proposal}`) ?? -1) >= sequence) continue;
      const { admittedAt: _, ...signed } = endorsement;
      try {
        await this.#endorse(signed, peer.name);
      } catch (error) {
        // One that is wrong says nothing of the next; floods are held against the peer at the door.
        if (!(error instanceof RescueError)) throw error;
        if (error.code === 'RESCUE_TOO_MANY_REQUESTS') return;
      }
    }
  }
}

/** Refusals that pass: the round moved on, this service stops or could not try it, or the peer was away when its code was asked for. */
const PASSING: readonly string[] = [
  'RESCUE_STATE_REFUSES',
  'RESCUE_STORE_CLOSED',
  'RESCUE_SERVICE_UNREACHABLE',
  'RESCUE_NOT_FOUND',
  'RESCUE_TOO_MANY_REQUESTS',
  'RESCUE_TRIAL_IMPOSSIBLE',
];
