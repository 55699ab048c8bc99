import { shownAge } from '../chain/sight.ts';
import { oneLine } from '../plain-text.ts';
import type { RelayBlock } from '../units.ts';
import { type Confidence, weakest } from './causes.ts';
import type { DiagnosisFacts } from './facts.ts';
import { failingPlace, type TrialFailure } from './trial.ts';
import type { StatedFact } from './verdict.ts';

/** Most of a panic message or of a node's words that is shown: they come from what may be hostile. */
export const LONGEST_WORDS = 200;
const BLOCK_MS = 6_000;

/** How well storage of the relay chain is known: no better than the finality of the block it was read at. */
export function ofRelay({ observation: { trust } }: DiagnosisFacts): Confidence {
  return trust === 'justified' ? 'proven' : trust === 'agreed' ? 'agreed' : 'told';
}

/** How well something is known that was computed here from both chains' state. */
export function executed(facts: DiagnosisFacts): Confidence {
  return weakest('executed', ofRelay(facts));
}

export function fromRelay(facts: DiagnosisFacts, what: string, item: string, value: unknown): StatedFact {
  return {
    what,
    where: `relay: ${item}`,
    value: shown(value),
    relayBlock: facts.observation.relay.number,
    paraBlock: null,
    confidence: ofRelay(facts),
  };
}

export function fromPara(facts: DiagnosisFacts, what: string, item: string, value: unknown): StatedFact {
  return {
    what,
    where: `para: ${item}`,
    value: shown(value),
    relayBlock: null,
    paraBlock: facts.observation.head?.number ?? null,
    confidence: ofRelay(facts),
  };
}

/** What came of trying the next block; nothing where it was not tried. */
export function fromTrial(facts: DiagnosisFacts): readonly StatedFact[] {
  const { nextBlock } = facts;
  if (nextBlock === undefined) return [];
  return [
    {
      what: 'the next block, built and validated here',
      where: 'trial',
      value: nextBlock.kind === 'accepted' ? 'validators would take it' : `fails ${wordsOf(nextBlock)}`,
      relayBlock: facts.triedAt ?? null,
      paraBlock: facts.observation.head?.number ?? null,
      confidence: executed(facts),
    },
  ];
}

/** When the last head was included. */
export function lastHead(facts: DiagnosisFacts): StatedFact {
  return fromRelay(
    facts,
    'relay parent of the last included head',
    'Paras.MostRecentContext',
    facts.observation.mostRecentContext,
  );
}

export function codeSwitch(facts: DiagnosisFacts): readonly StatedFact[] {
  const { codeChangedAt, dated, codeNotes = [] } = facts;
  if (codeChangedAt === undefined) return [];
  const { confidence, where } = dated?.codeSwitch ?? WATCHED;
  const noted = codeNotes
    .filter(({ kind, at }) => kind === 'switched' && at === codeChangedAt)
    // A relay chain notes it once; what one node tells may note it a thousand times.
    .slice(0, 1);
  return [
    {
      what: 'relay block at which the relay chain took the present code into use',
      where,
      value: String(codeChangedAt),
      relayBlock: codeChangedAt,
      paraBlock: null,
      confidence: weakest(confidence, ofRelay(facts)),
    },
    ...noted.map(({ at, codeHash, confidence }) => ({
      what: 'the code that it switched to then',
      where: 'relay: header, digest POL1 ParaUpgradeCode',
      value: codeHash,
      relayBlock: at,
      paraBlock: null,
      confidence: weakest(confidence, ofRelay(facts)),
    })),
  ];
}

export function relayUpgrade(facts: DiagnosisFacts): readonly StatedFact[] {
  const { relayUpgradedAt, dated } = facts;
  if (relayUpgradedAt === undefined) return [];
  const { confidence, where } = dated?.relayUpgrade ?? WATCHED;
  return [
    {
      what: 'relay block at which the relay chain changed its own runtime',
      where,
      value: String(relayUpgradedAt),
      relayBlock: relayUpgradedAt,
      paraBlock: null,
      confidence: weakest(confidence, ofRelay(facts)),
    },
  ];
}

const WATCHED = { confidence: 'proven', where: 'relay: as it was watched' } as const;

/** Where it fails, and what was said of it. */
export function wordsOf(failure: TrialFailure): string {
  return `${failingPlace(failure)}: ${oneLine(failure.words, LONGEST_WORDS)}`;
}

/** `600 blocks (1.0 h)`. */
export function span(blocks: RelayBlock): string {
  return `${blocks} blocks (${shownAge(blocks * BLOCK_MS)})`;
}

function shown(value: unknown): string {
  return oneLine(value === null || value === undefined ? 'nothing' : String(value), LONGEST_WORDS);
}
