import type { ParaObservation } from '../../../src/domain/chain/observation.ts';
import type { DiagnosisFacts } from '../../../src/domain/diagnosis/facts.ts';
import { explainPanic, type PanicCause } from '../../../src/domain/diagnosis/panics.ts';
import type { TrialVerdict } from '../../../src/domain/diagnosis/trial.ts';
import { hash, healthyPara } from '../observations.ts';

export type Change = Partial<Omit<DiagnosisFacts, 'observation'>> & {
  readonly observation?: Partial<ParaObservation>;
};

/** Facts of a live para that stopped on relay block 900, is looked at on 1000, and of which nothing is wrong but its collators; everything about it is known. */
export function facts(...changes: Change[]): DiagnosisFacts {
  const observation = healthyPara({ mostRecentContext: 900 });
  const base: DiagnosisFacts = {
    observation,
    relayLive: true,
    fleet: { watched: 5, stoppedTogether: 1 },
    relayUpgradedAt: undefined,
    codeChangedAt: undefined,
    pvfRejectedAt: undefined,
    paraCodeHash: observation.currentCodeHash ?? undefined,
    headKnown: { known: true, endpoints: 2, best: 400 },
    nextBlock: { kind: 'accepted' },
    triedAt: 990,
    untried: undefined,
    candidates: { firstAt: null, lastAt: null, pending: 0 },
    queues: [{ sender: null, para: hash('0d'), relay: hash('0d'), same: true }],
    paraPending: false,
  };
  let all = base;
  for (const { observation, ...rest } of changes) {
    all = { ...all, ...rest, observation: { ...all.observation, ...observation } };
  }
  return all;
}

/** A next block whose beginning panics with these words. */
export const panic = (words: string): TrialVerdict => ({
  kind: 'failed',
  stage: 'initialize',
  block: 1,
  words,
  inherent: null,
  known: explainPanic(words),
  logs: [],
});

export const BOOM = panic('divided by zero');
export const LOST = { known: false, endpoints: 2, best: 390 };
/** An upgrade that waits for a block of the para, and is due. */
export const PENDING: Change = {
  observation: { futureCodeHash: hash('f0'), futureCodeUpgrade: 905, upgradeGoAhead: 'GoAhead' },
};
export const OTHER_CODE: Change = { paraCodeHash: hash('ee') };
/** The signal that stays from a rejection until the next head. */
export const REJECTED: Change = { observation: { upgradeGoAhead: 'Abort' } };
export const UNTRIED: Change = { nextBlock: undefined, triedAt: undefined };
/** Relay chains of before 2024. */
export const OLD_RULE: Change = { observation: { futureCodeUpgradeAt: undefined } };

/** For each kind of known panic, words of it. */
export const WORDS_OF: Readonly<Record<PanicCause, string>> = {
  'go-ahead': 'GoAhead signal is not expected at this time',
  messages: 'DMQ head mismatch. expected: 0x12, actual: 0x34',
  'relay-number': 'Relay chain block number needs to strictly increase between Parachain blocks!',
  authorities: 'attempt to calculate the remainder with a divisor of zero',
  seal: 'Invalid AuRa author index',
  slot: 'Slot must increase',
  timestamp: 'Timestamp must be updated only once in the block',
  'other-code': 'Storage root must match that calculated.',
  'other-head': 'Parachain head needs to be the parent of the first block',
  'segment-full': 'expected parent to be included',
  'old-collator': 'Invalid host configuration in relay chain state proof',
  scheduling: 'Unable to verify provided relay parent descendants',
  'inherent-missing': 'set_validation_data inherent needs to be present in every block!',
};
