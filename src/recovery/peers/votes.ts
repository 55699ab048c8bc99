import { isNodeTrouble, messageOf, RescueError } from '../../domain/errors.ts';
import type { Peer } from '../../domain/ports/peer.ts';
import type { CountedVote, SignedBallot } from '../../domain/round/round.ts';
import type { AccountHex, RelayBlock } from '../../domain/units.ts';
import type { OpenRound } from '../../voting/open-round.ts';
import type { EventHub } from '../event-hub.ts';
import type { ParaTracker } from '../para/tracker.ts';

/** What became of a vote: `later` says nothing against it, `halt` nothing against those that come after it either. */
type Fate = 'taken' | 'known' | 'refused' | 'later' | 'halt';

/** Votes refused in one fetch, after which it ends. */
const MOST_REFUSED = 20;

/** What the exchange needs of a para's tracker. */
export interface ExchangeTracker extends Pick<ParaTracker, 'queue'> {
  readonly para: Pick<ParaTracker['para'], 'id'>;
  readonly runner: Pick<ParaTracker['runner'], 'state'>;
  openRound(): Promise<Pick<OpenRound, 'key' | 'proposals' | 'vote'> | null>;
}

/**
 * Fetches from other services the votes that they admitted, so that a holder needs to reach one of them only. Each vote
 * goes through the same door as one that came by itself: what a peer says of its power or time counts for nothing.
 */
export class PeerExchange {
  readonly #admit: (ballot: SignedBallot, sender: string) => Promise<CountedVote>;
  readonly #hub: Pick<EventHub, 'tell'>;
  /** Round with its proposals, and relay block of the peer up to which its votes were looked at. */
  readonly #known = new Map<string, { readonly round: string; readonly since: RelayBlock }>();
  readonly #silent = new Set<string>();

  constructor(options: {
    readonly admit: (ballot: SignedBallot, sender: string) => Promise<CountedVote>;
    readonly hub: Pick<EventHub, 'tell'>;
  }) {
    this.#admit = options.admit;
    this.#hub = options.hub;
  }

  /**
   * One fetch from one peer; call it at each block while votes are taken, for each peer apart: one that does not answer
   * must not hold up the others. Never throws; ends without effect when `signal` aborts.
   */
  async fetch(peer: Peer, tracker: ExchangeTracker, signal: AbortSignal): Promise<void> {
    if (tracker.runner.state() !== 'voting') return;
    const place = `${peer.name}/${tracker.para.id}`;
    try {
      await this.#take(peer, tracker, place, signal);
      this.#silent.delete(place);
    } catch (error) {
      if (signal.aborted) return;
      // Said once until it answers again.
      if (!this.#silent.has(place)) {
        this.#hub.tell(tracker.para.id, 'peer-trouble', {
          trouble: 'no-votes',
          peer: peer.name,
          reason: messageOf(error),
        });
      }
      this.#silent.add(place);
    }
  }

  async #take(peer: Peer, tracker: ExchangeTracker, place: string, signal: AbortSignal): Promise<void> {
    const openRound = await tracker.queue.run(() => tracker.openRound());
    if (!openRound) return;
    // A vote for a proposal that is not known here yet is refused, and asked for again when it is.
    const round = `${openRound.key.roundId}/${openRound.proposals().length}`;
    const known = this.#known.get(place);
    const from = known?.round === round ? known.since : 0;
    const votes = await peer.votes(tracker.para.id, from);
    const refused: AccountHex[] = [];
    let newest = from;
    let waiting = Number.POSITIVE_INFINITY;
    for (const vote of votes) {
      if (signal.aborted) return;
      if (vote.roundId !== openRound.key.roundId) continue;
      const counted = openRound.vote(vote.account);
      const fate =
        counted && counted.sequence >= vote.sequence ? 'known' : await this.#offer(vote, peer.name);
      if (fate === 'halt') {
        newest = from;
        break;
      }
      newest = Math.max(newest, vote.admittedAt);
      if (fate === 'later') waiting = Math.min(waiting, vote.admittedAt);
      if (fate === 'refused') refused.push(vote.account);
      // One that sends nonsense is read on at the next block.
      if (refused.length >= MOST_REFUSED) break;
    }
    // Votes of its newest block may still come in, so that block is asked for again.
    this.#known.set(place, { round, since: Math.max(from, Math.min(newest, waiting)) });
    const [firstAccount] = refused;
    if (firstAccount === undefined) return;
    this.#hub.tell(tracker.para.id, 'peer-trouble', {
      trouble: 'votes-refused',
      peer: peer.name,
      refused: refused.length,
      firstAccount,
    });
  }

  async #offer(vote: CountedVote, sender: string): Promise<Fate> {
    const { power: _, admittedAt: __, collator: ___, ...ballot } = vote;
    try {
      await this.#admit(ballot, sender);
      return 'taken';
    } catch (error) {
      if (isNodeTrouble(error)) return 'later';
      switch (error instanceof RescueError && error.code) {
        case false:
          throw error;
        case 'RESCUE_VOTE_SEQUENCE':
          return 'known';
        // The round moved on, or this service stops.
        case 'RESCUE_STATE_REFUSES':
        case 'RESCUE_STORE_CLOSED':
          return 'halt';
        // The account has to wait, or all that came have to.
        case 'RESCUE_TOO_MANY_REQUESTS':
          return error instanceof RescueError && 'account' in error.details ? 'later' : 'halt';
        default:
          return 'refused';
      }
    }
  }
}
