// Tally of many votes: `node dist/bench/tally.js [votes]`, a million by default; the aim is under a second.
import type { Choice } from '../src/domain/round/round.ts';
import { createVoteSums, decideRound, openClock, type WeighedVote } from '../src/domain/round/tally.ts';
import type { Hex } from '../src/domain/units.ts';
import { timeInTurn } from './proof-stopwatch.ts';

const [count = 1_000_000] = process.argv.slice(2).map(Number);
const voting = {
  approval: '60%',
  quorum: '20%',
  shortestBlocks: 10,
  longestBlocks: 100,
  lateQuorumExtensionBlocks: 0,
};
const hashOf = (number: number): Hex => `0x${number.toString(16).padStart(64, '0')}`;
const choices: readonly Choice[] = ['aye', 'aye', 'nay', 'abstain'];
const proposals = [1, 2, 3].map(hashOf);

const votes: WeighedVote[] = Array.from({ length: count }, (_, index) => ({
  account: hashOf(index),
  proposal: proposals[index % proposals.length] ?? hashOf(1),
  choice: choices[index % choices.length] ?? 'aye',
  power: 10n ** 12n * BigInt(1 + (index % 1000)),
}));
const electorate = votes.reduce((sum, { power }) => sum + power, 0n);

const times = await timeInTurn(5, {
  round: () => {
    const sums = createVoteSums();
    for (const vote of votes) sums.add(vote);
    const tallies = proposals.map((proposal) => ({
      ...sums.tally(proposal, electorate, voting),
      admittedAt: 0,
      endorsed: false,
    }));
    return decideRound(tallies, openClock(0, voting), 50, voting);
  },
});
console.log(
  `${count} votes on ${proposals.length} proposals tallied and decided in ${times.round.toFixed(0)} ms`,
);
if (times.round > 1000) process.exitCode = 1;
