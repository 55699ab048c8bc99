import type { ChainFact, PlainFact } from './facts.ts';

/** A fact for people: `head-is` with its hash as "head is: 0x…". */
export function factText(fact: ChainFact): string {
  return fact.kind === 'any-of' ? fact.facts.map(plainText).join(', or ') : plainText(fact);
}

function plainText({ kind, ...rest }: PlainFact): string {
  const values = Object.values(rest).map((value) =>
    typeof value === 'object' ? JSON.stringify(value) : value,
  );
  return [kind.replaceAll('-', ' '), values.join(', ')].filter((part) => part !== '').join(': ');
}
