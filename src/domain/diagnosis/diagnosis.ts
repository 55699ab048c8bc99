import { oneLine } from '../plain-text.ts';
import type { DiagnosisFacts, Source } from './facts.ts';
import type { Rule } from './rule.ts';
import { RULES } from './rules/all-rules.ts';
import { fromTrial, LONGEST_WORDS, lastHead } from './stated.ts';
import { missed } from './unknown.ts';
import type { Diagnosis, SecondFinding } from './verdict.ts';

/**
 * The cause by the first rule that holds, on finalized state only, with what the rules below it saw, and what those above it could
 * not look at. Without any it is the collators, as far as is known.
 */
export function diagnose(facts: DiagnosisFacts): Diagnosis {
  const holding = RULES.filter((rule) => rule.holds(facts));
  const accepted = facts.nextBlock?.kind === 'accepted';
  const rule = holding.find(({ ruledOutByABlock }) => !(ruledOutByABlock && accepted)) ?? COLLATORS_DOWN;
  const others = holding.filter(
    ({ cause }, index) =>
      cause !== rule.cause && holding.findIndex((other) => other.cause === cause) === index,
  );
  return {
    cause: rule.cause,
    confidence: rule.confidence(facts),
    curableByCode: rule.curableByCode(facts),
    sentence: rule.sentence(facts),
    facts: rule.facts(facts),
    remedies: [...new Set(rule.remedies(facts))],
    warnings: [...new Set(rule.warnings(facts))],
    also: others.map((other) => secondFinding(other, facts)),
    unknown: passedOver(rule, facts),
  };
}

function secondFinding(rule: Rule, facts: DiagnosisFacts): SecondFinding {
  return {
    cause: rule.cause,
    confidence: rule.confidence(facts),
    sentence: rule.sentence(facts),
    facts: rule.facts(facts),
  };
}

/** What the rules above the one that holds, and it itself, would have looked at. */
function passedOver(rule: Rule, facts: DiagnosisFacts): string[] {
  const place = RULES.indexOf(rule);
  const asked = place < 0 ? RULES : RULES.slice(0, place + 1);
  const sources = new Set<Source>(asked.flatMap(({ needs }) => needs));
  return [...sources].map((source) => missed(source, facts)).filter((line) => line !== null);
}

/** What is left when no rule holds. */
export const COLLATORS_DOWN: Rule = {
  name: 'nothing else is wrong',
  cause: 'collators-down',
  signs: 'none of the others: the next block works here, or could not be tried, and none is included',
  needs: [],
  ruledOutByABlock: false,
  holds: () => true,
  curableByCode: () => false,
  confidence: () => 'inferred',
  sentence: ({ nextBlock, untried, observation }) => {
    const because = untried === undefined ? '' : ` (${oneLine(untried, LONGEST_WORDS)})`;
    const enacts =
      observation.futureCodeHash !== null && observation.futureCodeUpgrade !== null
        ? ', which is what the upgrade that waits needs: the next block enacts it once it is due'
        : '';
    const core =
      observation.hasCore === undefined
        ? '. Whether a core is assigned to it, this relay chain does not tell: look at its coretime too'
        : '';
    // Only where it was built by the para's own code, and heads were included under another.
    if (nextBlock?.kind === 'failed')
      return `heads were included under the relay chain's code, which is not the para's own: nodes run a substitute, which could not be tried here, and no block of it is included now: its collators are down or cannot reach the relay chain${core}`;
    return nextBlock?.kind === 'accepted'
      ? `the para’s next block was built here and validators would take it${enacts}, but no block of it is included: its collators are down or cannot reach the relay chain${core}`
      : `no block of the para is included, and its next block could not be tried so far${because}: its collators are down or cannot be reached${core}`;
  },
  facts: (facts) => [...fromTrial(facts), lastHead(facts)],
  remedies: ({ nextBlock }) => [
    'the operators of the collators: are they running, synced with the relay chain, and in the set of authors?',
    ...(nextBlock === undefined
      ? ['nodes of the para that serve its last state, to try the next block on']
      : []),
  ],
  warnings: () => ['calls on the relay chain: nothing there is wrong, as far as is known'],
};
