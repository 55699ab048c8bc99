import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CountedVote } from '../../src/domain/round/round.ts';
import { byAdmission, createVoteOrder } from '../../src/voting/vote-order.ts';
import { hash, sampleVote } from '../store/samples.ts';

const voteOf = (account: number, admittedAt: number, sequence: number): CountedVote => ({
  ...sampleVote(),
  account: hash(account),
  admittedAt,
  sequence,
});

const steps = fc.array(fc.record({ account: fc.nat(20), blocks: fc.nat(2) }), { maxLength: 60 });

describe('votes in the order of their admission', () => {
  it('are read page by page without a hole, a repeat or another order', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 7 }), fc.nat(40), (acts, limit, since) => {
        const order = createVoteOrder();
        const counted = new Map<number, CountedVote>();
        let block = 0;
        for (const [index, { account, blocks }] of acts.entries()) {
          block += blocks;
          const vote = voteOf(account, block, index);
          order.add(vote, counted.get(account));
          counted.set(account, vote);
        }
        const got: CountedVote[] = [];
        for (let after: string | undefined; ; ) {
          const { votes, next } = order.page({ since, after, limit });
          got.push(...votes);
          if (next === null) break;
          after = next;
        }
        const all = [...counted.values()].filter(({ admittedAt }) => admittedAt >= since);
        expect(got).toEqual(all.toSorted(byAdmission));
      }),
    );
  });

  it('miss nobody who was there, whatever is added between two pages', () => {
    fc.assert(
      fc.property(steps, steps, fc.integer({ min: 1, max: 5 }), (before, later, limit) => {
        const order = createVoteOrder();
        const counted = new Map<number, CountedVote>();
        let block = 0;
        let sequence = 0;
        const act = ({ account, blocks }: { account: number; blocks: number }) => {
          block += blocks;
          sequence += 1;
          const vote = voteOf(account, block, sequence);
          order.add(vote, counted.get(account));
          counted.set(account, vote);
        };
        before.forEach(act);
        const there = [...counted.values()];
        // What comes later comes in later blocks.
        block += 1;
        const got = new Map<string, CountedVote>();
        const rest = later.values();
        for (let after: string | undefined; ; ) {
          const { votes, next } = order.page({ after, limit });
          for (const vote of votes) got.set(vote.account, vote);
          if (next === null) break;
          after = next;
          const step = rest.next();
          if (!step.done) act(step.value);
        }
        for (const { account, sequence: known } of there)
          expect(got.get(account)?.sequence ?? -1).toBeGreaterThanOrEqual(known);
      }),
    );
  });
});
