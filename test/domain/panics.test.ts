import { describe, expect, it } from 'vitest';
import { explainPanic, PANIC_CAUSES } from '../../src/domain/diagnosis/panics.ts';

/** As runtimes say it, with place and all. */
const SAID = [
  [
    'go-ahead',
    'panicked at /cumulus/pallets/parachain-system/src/lib.rs:600:6:\nGoAhead signal is not expected at this time',
  ],
  ['messages', 'DMQ head mismatch. expected: 0x12, actual: 0x34'],
  ['messages', 'HRMP head mismatch'],
  ['relay-number', 'Relay chain block number needs to strictly increase between Parachain blocks!'],
  ['authorities', 'attempt to calculate the remainder with a divisor of zero'],
  ['seal', 'Invalid AuRa author index'],
  ['slot', 'assertion failed: Slot must increase'],
  ['slot', 'Slot moved backwards: stored_slot=9, relay_chain_slot=3'],
  ['timestamp', 'Timestamp must be updated only once in the block'],
  ['timestamp', 'Timestamp must increment by at least <MinimumPeriod> between sequential blocks'],
  ['other-code', 'Storage root must match that calculated.'],
  ['other-code', 'src/ext.rs:267:39: Externalities not allowed to fail within runtime: DefaultError'],
  ['other-head', 'Parachain head needs to be the parent of the first block'],
  ['segment-full', 'expected parent to be included'],
  ['segment-full', 'No space left for the block in the unincluded segment: new_len(3) < capacity(2)'],
  ['old-collator', 'Invalid relay chain state proof'],
  [
    'scheduling',
    'Unable to verify provided relay parent descendants. InvalidNumberOfDescendants { expected: 2, received: 0 }',
  ],
  ['inherent-missing', 'set_validation_data inherent needs to be present in every block!'],
] as const;

describe('words of a panic', () => {
  it.each(SAID)('name the cause %s: %s', (cause, words) => {
    expect(explainPanic(words)?.cause).toBe(cause);
  });

  it('are known for every cause, each with what helps', () => {
    expect(new Set(SAID.map(([cause]) => cause))).toEqual(new Set(PANIC_CAUSES));
    for (const [, words] of SAID) expect(explainPanic(words)?.helps).toMatch(/[a-z]{3}/);
  });

  it('that are new name none', () => {
    expect(explainPanic('index out of bounds: the len is 3 but the index is 7')).toBeNull();
    expect(explainPanic('')).toBeNull();
  });

  it('that an inherent is missing point to what was logged before', () => {
    const missing = 'set_validation_data inherent needs to be present in every block!';
    expect(explainPanic(missing, ['a warning', 'DMQ head mismatch'])?.cause).toBe('messages');
    expect(explainPanic(missing, ['a warning'])?.cause).toBe('inherent-missing');
  });
});
