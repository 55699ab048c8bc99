import type { CountedVote } from '../../src/domain/round/round.ts';
import { share } from './format.ts';

interface Point {
  readonly block: number;
  readonly approval: number;
  readonly turnout: number;
}

/** What approval and turnout were after each block with votes. A vote that was replaced stands where it was cast last. */
export function pointsOf(
  votes: readonly Pick<CountedVote, 'choice' | 'power' | 'admittedAt'>[],
  electorate: bigint,
): Point[] {
  const sums = { aye: 0n, nay: 0n, abstain: 0n };
  const points: Point[] = [];
  for (const { choice, power, admittedAt: block } of votes.toSorted((a, b) => a.admittedAt - b.admittedAt)) {
    sums[choice] += power;
    const point = {
      block,
      approval: share(sums.aye, sums.aye + sums.nay),
      turnout: share(sums.aye + sums.abstain, electorate),
    };
    if (points.at(-1)?.block === block) points.pop();
    points.push(point);
  }
  return points;
}
