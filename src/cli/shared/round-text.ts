import { type RoundId, shortRoundId } from '../../domain/round/round-id.ts';

/** `2 (0x1a2b3c4d…)`: the number that people speak of, and enough of the id to tell rounds apart. */
export function roundText({
  round,
  roundId,
}: {
  readonly round: number;
  readonly roundId: RoundId | null;
}): string {
  return roundId === null ? String(round) : `${round} (${shortRoundId(roundId)})`;
}
