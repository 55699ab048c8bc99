import { messageOf, RescueError } from '../domain/errors.ts';
import type { Peer } from '../domain/ports.ts';
import type { CountedVote, SignedBallot } from '../domain/round.ts';
import type { AccountHex, RelayBlock } from '../domain/units.ts';
import type { EventHub } from './event-hub.ts';
import type { ParaDesk } from './para-desk.ts';

/** Answers to a vote that say nothing against the peer: it is known here already, or the round moved on. */
const HARMLESS = ['RESCUE_VOTE_SEQUENCE', 'RESCUE_STATE_REFUSES', 'RESCUE_TOO_MANY_REQUESTS'];

/**
 * Fetches from other services the votes that they admitted, so that a holder needs to reach one of them only. Each vote
 * goes through the same door as one that came by itself: what a peer says of its power or time counts for nothing.
 */
export class PeerExchange {
  readonly #peers: readonly Peer[];
  readonly #admit: (desk: ParaDesk, ballot: SignedBallot, sender: string) => Promise<CountedVote>;
  readonly #hub: Pick<EventHub, 'tell'>;
  readonly #underWay = new Set<string>();
  /** Round, and relay block up to which a peer's votes of it are known. */
  readonly #known = new Map<string, { readonly round: string; readonly since: RelayBlock }>();
  readonly #silent = new Set<string>();

  constructor(options: {
    readonly peers: readonly Peer[];
    readonly admit: (desk: ParaDesk, ballot: SignedBallot, sender: string) => Promise<CountedVote>;
    readonly hub: Pick<EventHub, 'tell'>;
  }) {
    this.#peers = options.peers;
    this.#admit = options.admit;
    this.#hub = options.hub;
  }

  /** One fetch from every peer that is not being asked yet; call it at each block while votes are taken. */
  async fetch(desk: ParaDesk): Promise<void> {
    if (desk.runner.state() !== 'voting') return;
    await Promise.all(this.#peers.map((peer) => this.#fetchFrom(peer, desk)));
  }

  async #fetchFrom(peer: Peer, desk: ParaDesk): Promise<void> {
    const place = `${peer.name}/${desk.para.id}`;
    if (this.#underWay.has(place)) return;
    this.#underWay.add(place);
    try {
      await this.#take(peer, desk, place);
      this.#silent.delete(place);
    } catch (error) {
      // Said once until it answers again.
      if (!this.#silent.has(place)) {
        this.#hub.tell(desk.para.id, 'peer-trouble', `no votes from ${peer.name}: ${messageOf(error)}`);
      }
      this.#silent.add(place);
    } finally {
      this.#underWay.delete(place);
    }
  }

  async #take(peer: Peer, desk: ParaDesk, place: string): Promise<void> {
    const book = await desk.queue.run(() => desk.book());
    if (!book) return;
    const round = `${book.key.anchor}/${book.key.round}`;
    const known = this.#known.get(place);
    const votes = await peer.votes(desk.para.id, known?.round === round ? known.since : 0);
    const refused: AccountHex[] = [];
    let newest = known?.round === round ? known.since : 0;
    for (const vote of votes) {
      newest = Math.max(newest, vote.admittedAt);
      const mine = book.vote(vote.account);
      if (mine && mine.sequence >= vote.sequence) continue;
      if (!(await this.#offer(desk, vote, peer.name))) refused.push(vote.account);
    }
    // Votes of its newest block may still come in, so that block is asked for again.
    this.#known.set(place, { round, since: newest });
    if (refused.length === 0) return;
    this.#hub.tell(
      desk.para.id,
      'peer-trouble',
      `${refused.length} votes from ${peer.name} were refused, the first of ${refused[0]}`,
    );
  }

  async #offer(desk: ParaDesk, vote: CountedVote, sender: string): Promise<boolean> {
    const { power: _, admittedAt: __, ...ballot } = vote;
    try {
      await this.#admit(desk, ballot, sender);
      return true;
    } catch (error) {
      if (!(error instanceof RescueError)) throw error;
      return HARMLESS.includes(error.code);
    }
  }
}
