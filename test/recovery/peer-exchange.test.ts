import { describe, expect, it } from 'vitest';
import { createSerialQueue } from '../../src/domain/concurrency/serial-queue.ts';
import { RescueError, type RescueErrorCode } from '../../src/domain/errors.ts';
import { messageOfEvent } from '../../src/domain/events.ts';
import type { Peer } from '../../src/domain/ports/peer.ts';
import type { CountedVote, Proposal, SignedBallot } from '../../src/domain/round/round.ts';
import type { AccountHex, RelayBlock } from '../../src/domain/units.ts';
import { type ExchangeTracker, PeerExchange } from '../../src/recovery/peers/votes.ts';
import { hash, ROUND, sampleProposal, sampleVote } from '../store/samples.ts';

const PROPOSAL = sampleProposal(Uint8Array.of(1));

function voteOf(byte: number, change: Partial<CountedVote> = {}): CountedVote {
  return { ...sampleVote(), account: hash(byte), sequence: 1, admittedAt: 100, ...change };
}

/** A para's tracker in voting, and a door that admits what `refuse` does not name. */
function openTracker() {
  const counted = new Map<AccountHex, CountedVote>();
  const refuse = new Map<AccountHex, RescueErrorCode>();
  const offered: { readonly account: AccountHex; readonly sender: string; readonly ballot: SignedBallot }[] =
    [];
  const told: string[] = [];
  const proposals: Proposal[] = [PROPOSAL];
  const seen = { state: 'voting', roundId: ROUND.roundId };
  const tracker: ExchangeTracker = {
    para: { id: 2000 },
    queue: createSerialQueue(),
    runner: { state: () => seen.state },
    openRound: async () => ({
      key: { ...ROUND, roundId: seen.roundId },
      proposals: () => proposals,
      vote: (account) => counted.get(account) ?? null,
    }),
  };
  const exchange = new PeerExchange({
    hub: { tell: (_para, name, data) => void told.push(`${name}: ${messageOfEvent(name, data)}`) },
    admit: async (ballot, sender) => {
      offered.push({ account: ballot.account, sender, ballot });
      const code = refuse.get(ballot.account);
      if (code) throw new RescueError(code, 'refused');
      const vote = { ...ballot, power: 5n, admittedAt: 300 };
      counted.set(ballot.account, vote);
      return vote;
    },
  });
  return { tracker, exchange, counted, refuse, offered, told, proposals, seen };
}

/** What the exchange of votes asks nobody for. */
const QUIET: Omit<Peer, 'name' | 'votes'> = {
  proposals: async () => [],
  code: () => Promise.reject(new RescueError('RESCUE_NOT_FOUND', 'no code here')),
  endorsements: async () => [],
  releases: async () => [],
  evidence: () => Promise.reject(new RescueError('RESCUE_SERVICE_UNREACHABLE', 'no evidence here')),
};

/** A peer that gives out `votes`, as many of them as were admitted since. */
function peerOf(
  votes: readonly CountedVote[],
  name = 'http://peer',
): Peer & { readonly asked: RelayBlock[] } {
  const asked: RelayBlock[] = [];
  return {
    name,
    asked,
    ...QUIET,
    votes: async (_para, since) => {
      asked.push(since);
      return votes.filter(({ admittedAt }) => admittedAt >= since);
    },
  };
}

const live = () => new AbortController().signal;

describe('exchange of votes with a peer', () => {
  it('brings its votes through the door of the service, without what it says of their power and time', async () => {
    const { tracker, exchange, offered, counted } = openTracker();
    const vote = voteOf(1, { power: 10n ** 30n, collator: true, admittedAt: 120 });
    await exchange.fetch(peerOf([vote]), tracker, live());
    const { power: _, admittedAt: __, collator: ___, ...ballot } = vote;
    expect(offered).toEqual([{ account: hash(1), sender: 'http://peer', ballot }]);
    expect(counted.get(hash(1))).toMatchObject({ power: 5n, admittedAt: 300 });
  });

  it('asks only while votes are taken', async () => {
    const { tracker, exchange, seen } = openTracker();
    const peer = peerOf([voteOf(1)]);
    for (const state of ['healthy', 'optInRescue', 'upgrading.carryingOut']) {
      seen.state = state;
      await exchange.fetch(peer, tracker, live());
    }
    expect(peer.asked).toEqual([]);
  });

  it('offers no vote that is counted here already, but a later one of the same account', async () => {
    const { tracker, exchange, offered, counted } = openTracker();
    counted.set(hash(1), voteOf(1, { sequence: 2 }));
    await exchange.fetch(peerOf([voteOf(1, { sequence: 2 })]), tracker, live());
    expect(offered).toEqual([]);
    await exchange.fetch(peerOf([voteOf(1, { sequence: 3 })], 'http://other'), tracker, live());
    expect(offered.map(({ ballot }) => ballot.sequence)).toEqual([3]);
  });

  it('asks next for what came since, its newest block once more', async () => {
    const { tracker, exchange } = openTracker();
    const peer = peerOf([voteOf(1, { admittedAt: 100 }), voteOf(2, { admittedAt: 140 })]);
    await exchange.fetch(peer, tracker, live());
    await exchange.fetch(peer, tracker, live());
    expect(peer.asked).toEqual([0, 140]);
  });

  it('begins anew in another round, and when a proposal was admitted that votes were refused for', async () => {
    const { tracker, exchange, refuse, proposals, seen, counted } = openTracker();
    refuse.set(hash(1), 'RESCUE_VOTE_INVALID');
    const peer = peerOf([voteOf(1, { admittedAt: 100 }), voteOf(2, { admittedAt: 140 })]);
    await exchange.fetch(peer, tracker, live());
    expect(counted.has(hash(1))).toBe(false);
    refuse.clear();
    proposals.push(sampleProposal(Uint8Array.of(2), { hash: hash(9) }));
    await exchange.fetch(peer, tracker, live());
    expect(counted.has(hash(1))).toBe(true);
    seen.roundId = hash(78);
    await exchange.fetch(peer, tracker, live());
    expect(peer.asked).toEqual([0, 0, 0]);
  });

  it('passes over votes of other rounds, which are no fault of the peer', async () => {
    const { tracker, exchange, offered, told } = openTracker();
    const peer = peerOf([voteOf(1, { roundId: hash(78) }), voteOf(2), voteOf(3, { roundId: hash(79) })]);
    await exchange.fetch(peer, tracker, live());
    expect(offered.map(({ account }) => account)).toEqual([hash(2)]);
    expect(told).toEqual([]);
  });

  it('asks again for a vote whose power could not be proven because a node was away', async () => {
    const { tracker, exchange, refuse, counted, told } = openTracker();
    refuse.set(hash(1), 'RESCUE_NODE_UNREACHABLE');
    const peer = peerOf([voteOf(1, { admittedAt: 100 }), voteOf(2, { admittedAt: 140 })]);
    await exchange.fetch(peer, tracker, live());
    expect(counted.has(hash(2))).toBe(true);
    refuse.clear();
    await exchange.fetch(peer, tracker, live());
    expect(counted.has(hash(1))).toBe(true);
    expect(peer.asked).toEqual([0, 100]);
    expect(told).toEqual([]);
  });

  it.each<RescueErrorCode>(['RESCUE_TOO_MANY_REQUESTS', 'RESCUE_STATE_REFUSES'])(
    'stops at %s and takes the rest up later',
    async (code) => {
      const { tracker, exchange, refuse, offered, told } = openTracker();
      refuse.set(hash(2), code);
      const peer = peerOf([
        voteOf(1, { admittedAt: 150 }),
        voteOf(2, { admittedAt: 120 }),
        voteOf(3, { admittedAt: 130 }),
      ]);
      await exchange.fetch(peer, tracker, live());
      expect(offered.map(({ account }) => account)).toEqual([hash(1), hash(2)]);
      refuse.clear();
      await exchange.fetch(peer, tracker, live());
      expect(offered.map(({ account }) => account)).toEqual([hash(1), hash(2), hash(2), hash(3)]);
      expect(told).toEqual([]);
    },
  );

  it('tells of votes that were refused, how many and whose, and does not ask for them again', async () => {
    const { tracker, exchange, refuse, told, offered } = openTracker();
    for (const byte of [1, 2]) refuse.set(hash(byte), 'RESCUE_SIGNATURE_INVALID');
    const peer = peerOf([voteOf(1), voteOf(2), voteOf(3, { admittedAt: 101 })]);
    await exchange.fetch(peer, tracker, live());
    expect(told).toEqual([`peer-trouble: 2 votes from http://peer were refused, the first of ${hash(1)}`]);
    await exchange.fetch(peer, tracker, live());
    expect(offered).toHaveLength(3);
  });

  it('says once that a peer does not answer, and once more after it did', async () => {
    const { tracker, exchange, told } = openTracker();
    const peer = { ...peerOf([]), silent: true };
    const votes: Peer['votes'] = async () => {
      if (peer.silent) throw new RescueError('RESCUE_SERVICE_UNREACHABLE', 'no service answers');
      return [];
    };
    const asked = () => exchange.fetch({ ...peer, votes }, tracker, live());
    await asked();
    await asked();
    expect(told).toEqual(['peer-trouble: no votes from http://peer: no service answers']);
    peer.silent = false;
    await asked();
    peer.silent = true;
    await asked();
    expect(told).toHaveLength(2);
  });

  it('goes on with one peer while another one does not answer', async () => {
    const { tracker, exchange, counted } = openTracker();
    let answer: (votes: readonly CountedVote[]) => void = () => undefined;
    const slow: Peer = {
      ...peerOf([], 'http://slow'),
      votes: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    };
    const pending = exchange.fetch(slow, tracker, live());
    await exchange.fetch(peerOf([voteOf(1)]), tracker, live());
    expect(counted.has(hash(1))).toBe(true);
    answer([voteOf(2)]);
    await pending;
    expect(counted.has(hash(2))).toBe(true);
  });

  it('leaves an answer that comes after the service was told to end', async () => {
    const { tracker, exchange, offered, told } = openTracker();
    const ending = new AbortController();
    const late: Peer = {
      ...peerOf([]),
      votes: async () => {
        ending.abort();
        return [voteOf(1)];
      },
    };
    await exchange.fetch(late, tracker, ending.signal);
    const failing: Peer = {
      ...peerOf([]),
      votes: () => Promise.reject(new RescueError('RESCUE_SERVICE_UNREACHABLE', 'gone')),
    };
    await exchange.fetch(failing, tracker, ending.signal);
    expect(offered).toEqual([]);
    expect(told).toEqual([]);
  });

  it('is not led astray by a peer that names blocks of the future', async () => {
    const { tracker, exchange, counted } = openTracker();
    await exchange.fetch(peerOf([voteOf(1, { admittedAt: 2 ** 40 })], 'http://liar'), tracker, live());
    const honest = peerOf([voteOf(2)]);
    await exchange.fetch(honest, tracker, live());
    expect(honest.asked).toEqual([0]);
    expect(counted.has(hash(2))).toBe(true);
  });
});
