import { oneLine } from '../plain-text.ts';
import type { DiagnosisFacts, Source } from './facts.ts';
import { LONGEST_WORDS } from './stated.ts';

/** What it means that a source is not known, as the beginning of a sentence. */
const MISSED: Readonly<Record<Source, string>> = {
  core: 'whether a core is assigned to it cannot be told on this relay chain: look at its coretime too',
  disputes: 'whether a dispute froze inclusion cannot be told on this relay chain',
  candidates: 'whether validators back its blocks could not be read',
  nextBlock: 'its next block could not be tried',
  paraCode: 'its own code could not be compared with that of the relay chain',
  queues: 'its message queues could not be compared with those of the relay chain',
  headKnown: 'whether its nodes know the included head could not be asked of all of them',
  codeSwitch: 'when its code changed last is not known',
  relayUpgrade: 'whether the relay chain changed its own runtime near the onset is not known',
  paraUpgrade: 'whether the para itself waits for an upgrade could not be read',
};

/** One line for a source that is not known, with the reason where that is; null for one that is. */
export function missed(source: Source, facts: DiagnosisFacts): string | null {
  if (isKnown(source, facts)) return null;
  const why = source === 'nextBlock' ? facts.untried : facts.unread?.[source];
  return `${MISSED[source]}${why === undefined ? '' : ` (${oneLine(why, LONGEST_WORDS)})`}`;
}

function isKnown(source: Source, facts: DiagnosisFacts): boolean {
  switch (source) {
    case 'core':
      return facts.observation.hasCore !== undefined;
    case 'disputes':
      return facts.observation.disputesFrozen !== undefined;
    case 'paraCode':
      return facts.paraCodeHash !== undefined;
    case 'codeSwitch':
      return facts.codeChangedAt !== undefined || facts.unread?.codeSwitch === undefined;
    case 'relayUpgrade':
      return facts.relayUpgradedAt !== undefined || facts.unread?.relayUpgrade === undefined;
    case 'paraUpgrade':
      return facts.paraPending !== undefined;
    case 'candidates':
    case 'nextBlock':
    case 'queues':
    case 'headKnown':
      return facts[source] !== undefined;
  }
}
