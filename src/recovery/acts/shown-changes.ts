import { comparisonSentences } from '../../code/compare.ts';
import type { CodeFacts } from '../../code/inspect.ts';
import { oneLine } from '../../domain/plain-text.ts';

/** Sentences on differences that are kept with a proposal, and characters of one: code of strangers decides how many there are. */
const MOST_CHANGES = 50;
const LONGEST_CHANGE = 500;

/**
 * How proposed code differs from what is there, for voters; undefined where there was nothing to compare with. Where the para's own code is
 * other code than the relay chain's, what people know as their chain is the own one, and what collators ran last may be either: both are told.
 */
export function shownChanges({ comparison, ownComparison }: CodeFacts): string[] | undefined {
  if (comparison === null && ownComparison === null) return undefined;
  const stored = comparison === null ? [] : comparisonSentences(comparison);
  if (ownComparison === null) return short(stored, MOST_CHANGES);
  const own = comparisonSentences(ownComparison);
  return [
    ...(comparison === null ? [] : short(told("the relay chain's code", stored), MOST_CHANGES / 2)),
    ...short(told("the para's own code", own), MOST_CHANGES / 2),
  ];
}

function told(what: string, sentences: readonly string[]): string[] {
  if (sentences.length === 0) return [`against ${what}: neither runtime APIs nor functions differ`];
  return sentences.map((sentence) => `against ${what}: ${sentence}`);
}

function short(sentences: readonly string[], most: number): string[] {
  return sentences.slice(0, most).map((sentence) => oneLine(sentence, LONGEST_CHANGE));
}
