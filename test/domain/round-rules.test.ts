import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  advanceClock,
  type CandidateTally,
  decideRound,
  openClock,
  type RoundClock,
} from '../../src/domain/round/tally.ts';
import type { Hex } from '../../src/domain/units.ts';
import { hash, policyFor } from './observations.ts';

const voting = {
  ...policyFor().voting,
  shortestBlocks: 10,
  longestBlocks: 50,
  lateQuorumExtensionBlocks: 20,
};
const clock = openClock(100, voting);

function candidate(change: Partial<CandidateTally> = {}): CandidateTally {
  return {
    proposal: hash('01'),
    ayes: 10n,
    nays: 2n,
    abstains: 0n,
    votes: 2,
    electorate: 20n,
    approved: true,
    quorate: true,
    admittedAt: 100,
    endorsed: false,
    ...change,
  };
}

const candidates: fc.Arbitrary<CandidateTally[]> = fc.uniqueArray(
  fc.record({
    proposal: fc.integer({ min: 0, max: 255 }).map((byte): Hex => hash(byte.toString(16).padStart(2, '0'))),
    ayes: fc.bigInt({ min: 0n, max: 6n }),
    nays: fc.bigInt({ min: 0n, max: 6n }),
    abstains: fc.constant(0n),
    votes: fc.constant(1),
    electorate: fc.constant(10n),
    approved: fc.boolean(),
    quorate: fc.boolean(),
    admittedAt: fc.integer({ min: 100, max: 104 }),
    endorsed: fc.boolean(),
  }),
  { selector: ({ proposal }) => proposal, maxLength: 6 },
);

describe('decision of a round', () => {
  it.each([
    ['before the shortest time since its admission', 109, candidate(), 'open'],
    ['at the shortest time', 110, candidate(), 'approved'],
    ['admitted later, by its own shortest time', 119, candidate({ admittedAt: 110 }), 'open'],
    ['not approved, while the round is open', 149, candidate({ approved: false }), 'open'],
    ['not approved, at the close', 150, candidate({ approved: false }), 'rejected'],
    ['not quorate, at the close', 150, candidate({ quorate: false }), 'rejected'],
    ['passing, at the close', 150, candidate(), 'approved'],
    ['passing, at the close, but without its shortest time', 150, candidate({ admittedAt: 141 }), 'rejected'],
  ])('%s', (_name, now, tally, kind) => {
    expect(decideRound([tally], clock, now, voting).kind).toBe(kind);
  });

  it.each([
    ['endorsed, at the shorter time', 104, { endorsed: true }, 'approved'],
    ['endorsed, before the shorter time', 103, { endorsed: true }, 'open'],
    ['not endorsed, at the shorter time', 104, { endorsed: false }, 'open'],
    ['endorsed but not approved', 104, { endorsed: true, approved: false }, 'open'],
    ['endorsed but not quorate', 104, { endorsed: true, quorate: false }, 'open'],
  ])('of a proposal %s', (_name, now, change, kind) => {
    const decision = decideRound([candidate(change)], clock, now, voting, { shortestBlocks: 4 });
    expect(decision.kind).toBe(kind);
  });

  it('takes no notice of endorsements when the policy has no rule for them', () => {
    expect(decideRound([candidate({ endorsed: true })], clock, 109, voting).kind).toBe('open');
    expect(decideRound([candidate({ endorsed: true })], clock, 110, voting).kind).toBe('approved');
  });

  it('comes no earlier for an endorsed proposal because another one is older', () => {
    const others = [candidate({ proposal: hash('02') }), candidate({ endorsed: true, admittedAt: 104 })];
    expect(decideRound(others, clock, 107, voting, { shortestBlocks: 4 })).toEqual({ kind: 'open' });
    expect(decideRound(others, clock, 108, voting, { shortestBlocks: 4 })).toEqual({
      kind: 'approved',
      proposal: hash('01'),
    });
  });

  it('without proposals stays open until it closes', () => {
    expect(decideRound([], clock, 149, voting)).toEqual({ kind: 'open' });
    expect(decideRound([], clock, 150, voting)).toEqual({ kind: 'rejected' });
  });

  it('goes to the largest surplus of ayes, then to the earliest admitted, then to the lowest hash', () => {
    const weak = candidate({ proposal: hash('01'), ayes: 100n, nays: 95n });
    const strong = candidate({ proposal: hash('09'), ayes: 10n, nays: 2n, admittedAt: 102 });
    const early = candidate({ proposal: hash('08'), admittedAt: 101 });
    const low = candidate({ proposal: hash('07'), admittedAt: 101 });
    const winner = (...tallies: CandidateTally[]) => decideRound(tallies, clock, 150, voting);
    expect(winner(weak, strong)).toEqual({ kind: 'approved', proposal: hash('09') });
    expect(winner(strong, early)).toEqual({ kind: 'approved', proposal: hash('08') });
    expect(winner(early, low)).toEqual({ kind: 'approved', proposal: hash('07') });
  });

  it('is the same whatever the order of the proposals', () => {
    fc.assert(
      fc.property(
        candidates,
        fc.integer({ min: 100, max: 160 }),
        fc.infiniteStream(fc.nat()),
        (all, now, keys) => {
          const shuffled = all
            .map((tally) => ({ tally, key: keys.next().value }))
            .sort((a, b) => Number(a.key) - Number(b.key))
            .map(({ tally }) => tally);
          expect(decideRound(shuffled, clock, now, voting)).toEqual(decideRound(all, clock, now, voting));
        },
      ),
    );
  });

  it('approves only a proposal that is approved, quorate and old enough, and none with a larger surplus was', () => {
    fc.assert(
      fc.property(candidates, fc.integer({ min: 100, max: 160 }), (all, now) => {
        const decision = decideRound(all, clock, now, voting);
        const passing = all.filter(
          (t) => t.approved && t.quorate && now - t.admittedAt >= voting.shortestBlocks,
        );
        if (decision.kind !== 'approved') {
          expect(passing).toEqual([]);
          return;
        }
        const winner = passing.find((t) => t.proposal === decision.proposal);
        const surplus = (winner?.ayes ?? 0n) - (winner?.nays ?? 0n);
        expect(passing.every((t) => t.ayes - t.nays <= surplus)).toBe(true);
      }),
    );
  });

  it('never goes back with time alone: once approved it stays so, once closed it is not open', () => {
    fc.assert(
      fc.property(candidates, fc.integer({ min: 100, max: 160 }), fc.nat(60), (all, now, later) => {
        const order = { open: 0, rejected: 1, approved: 2 } as const;
        const first = decideRound(all, clock, now, voting);
        const second = decideRound(all, clock, now + later, voting);
        if (first.kind === 'approved') expect(second.kind).toBe('approved');
        if (first.kind === 'rejected') expect(order[second.kind]).toBeGreaterThanOrEqual(order.rejected);
      }),
    );
  });

  it('changes no list that it was given', () => {
    const all = Object.freeze([candidate({ proposal: hash('02') }), candidate({ ayes: 50n })]);
    decideRound(all, clock, 150, voting);
    expect(all[0]?.proposal).toBe(hash('02'));
  });
});

describe('clock of a round', () => {
  it('closes after the longest time', () => {
    expect(clock).toEqual({ openedAt: 100, closesAt: 150, quorateSince: null, extended: false });
  });

  it.each([
    [100, 150, false],
    [130, 150, false],
    [131, 151, true],
    [150, 170, true],
    [151, 150, false],
  ])('when quorum is first reached at %i closes at %i (extended: %s)', (now, closesAt, extended) => {
    expect(advanceClock(clock, now, true, voting)).toEqual({
      openedAt: 100,
      closesAt,
      quorateSince: now,
      extended,
    });
  });

  it('is left alone until quorum is reached', () => {
    expect(advanceClock(clock, 149, false, voting)).toBe(clock);
  });

  it('is extended at most once, never shortened, and keeps the first block of quorum, whatever happens', () => {
    const steps = fc.array(fc.tuple(fc.nat(9), fc.boolean()), { maxLength: 40 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 60 }), (moves, extension) => {
        let now = 100;
        let current: RoundClock = clock;
        let extensions = 0;
        let firstQuorum: number | null = null;
        for (const [pause, quorate] of moves) {
          now += pause;
          if (quorate) firstQuorum ??= now;
          const next = advanceClock(current, now, quorate, { lateQuorumExtensionBlocks: extension });
          expect(next.closesAt).toBeGreaterThanOrEqual(current.closesAt);
          if (next.closesAt > current.closesAt) extensions += 1;
          expect(next.quorateSince).toBe(firstQuorum);
          current = next;
        }
        expect(extensions).toBeLessThanOrEqual(1);
        expect(current.extended).toBe(extensions === 1);
        expect(current.closesAt).toBeLessThanOrEqual(clock.closesAt + extension);
      }),
    );
  });
});
