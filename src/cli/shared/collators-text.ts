import type { CollatorTally } from '../../domain/round/collators.ts';
import type { Tally } from '../../domain/round/tally.ts';
import type { TallyView } from '../../domain/views/voting.ts';

/** `5 of 7 ayes, 1 nay, needs 6`. */
export function voicesText({ size, needed, ayes, nays }: CollatorTally): string {
  return `${ayes} of ${size} aye, ${nays} nay, needs ${needed}`;
}

/** Who the collators are that decide, and with whom. */
export function collatorsText({
  sets,
  threshold,
  decide,
  members,
}: NonNullable<TallyView['collators']>): string {
  const who = `${members.length} by ${sets.join(' and ')}, ${threshold} of whom decide`;
  return `${who} ${decide === 'alone' ? 'alone: holders do not vote' : 'beside the holders: both have to agree'}`;
}

/** How it stands with each body that decides. */
export function standText({
  approved,
  quorate,
  collators,
}: Pick<Tally, 'approved' | 'quorate' | 'collators'>): string {
  const holders = `${approved ? 'approved' : 'not approved'}, ${quorate ? 'quorate' : 'no quorum'}`;
  if (collators === undefined) return holders;
  const voices = collators.approved ? 'collators agree' : `too few collators (${voicesText(collators)})`;
  return collators.decide === 'alone' ? voices : `${holders}, ${voices}`;
}
