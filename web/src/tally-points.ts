import type { CountedVote } from '../../src/domain/round/round.ts';
import { share } from './format.ts';

interface Point {
  readonly block: number;
  readonly approval: number;
  readonly turnout: number;
}

/**
 * What approval and turnout were after each block with votes, or, where there are more than `most` such blocks, at the end of each of so many spans of
 * equal length. A vote that was replaced stands where it was cast last.
 */
export function pointsOf(
  votes: readonly Pick<CountedVote, 'choice' | 'power' | 'admittedAt'>[],
  electorate: bigint,
  most = Number.POSITIVE_INFINITY,
): Point[] {
  const sorted = votes.toSorted((a, b) => a.admittedAt - b.admittedAt);
  const first = sorted[0]?.admittedAt ?? 0;
  const length = Math.max(1, ((sorted.at(-1)?.admittedAt ?? 0) - first + 1) / most);
  const spanOf = (block: number) => Math.floor((block - first) / length);
  const sums = { aye: 0n, nay: 0n, abstain: 0n };
  const points: Point[] = [];
  for (const [index, { choice, power, admittedAt: block }] of sorted.entries()) {
    sums[choice] += power;
    const next = sorted[index + 1]?.admittedAt;
    if (next !== undefined && spanOf(next) === spanOf(block)) continue;
    points.push({
      block,
      approval: share(sums.aye, sums.aye + sums.nay),
      turnout: share(sums.aye + sums.abstain, electorate),
    });
  }
  return points;
}
