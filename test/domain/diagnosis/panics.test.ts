import { describe, expect, it } from 'vitest';
import type { Cause } from '../../../src/domain/diagnosis/causes.ts';
import {
  explainPanic,
  PANIC_CAUSES,
  type PanicCause,
  treatmentOf,
} from '../../../src/domain/diagnosis/panics.ts';

/** As runtimes say it, with place and all; each is told apart from the others, and leads to the cause beside it. */
const SAID: readonly (readonly [PanicCause, Cause, string])[] = [
  [
    'go-ahead',
    'bad-runtime',
    'panicked at /cumulus/pallets/parachain-system/src/lib.rs:600:6:\nGoAhead signal is not expected at this time',
  ],
  ['messages', 'messages-differ', 'DMQ head mismatch. expected: 0x12, actual: 0x34'],
  ['messages', 'messages-differ', 'HRMP head mismatch'],
  ['messages', 'messages-differ', '[HRMP] Messages order violation'],
  [
    'messages',
    'messages-differ',
    "One of the messages submitted by the collator was sent from a sender (2001) that doesn't have a channel opened to this parachain",
  ],
  [
    'relay-number',
    'bad-runtime',
    'Relay chain block number needs to strictly increase between Parachain blocks!',
  ],
  ['authorities', 'bad-runtime', 'attempt to calculate the remainder with a divisor of zero'],
  ['seal', 'bad-runtime', 'Invalid AuRa author index'],
  ['seal', 'bad-runtime', 'Invalid AuRa seal'],
  ['slot', 'bad-runtime', 'assertion failed: Slot must increase'],
  ['slot', 'bad-runtime', 'Slot must not decrease'],
  ['slot', 'bad-runtime', 'Slot moved backwards: stored_slot=9, relay_chain_slot=3'],
  ['slot', 'bad-runtime', 'slot must match relay-derived slot'],
  ['slot', 'bad-runtime', 'authored blocks limit is reached for the slot'],
  ['timestamp', 'bad-runtime', 'Timestamp must be updated only once in the block'],
  [
    'timestamp',
    'bad-runtime',
    'Timestamp must increment by at least <MinimumPeriod> between sequential blocks',
  ],
  ['other-code', 'code-mismatch', 'Digest item must match that calculated'],
  ['other-code', 'code-mismatch', 'Storage root must match that calculated.'],
  ['other-code', 'code-mismatch', 'Transaction trie root must be valid.'],
  [
    'other-code',
    'code-mismatch',
    'src/ext.rs:267:39: Externalities not allowed to fail within runtime: DefaultError',
  ],
  ['other-head', 'wrong-head', "Parent head doesn't match"],
  ['other-head', 'wrong-head', 'Parachain head needs to be the parent of the first block'],
  ['segment-full', 'collator-settings', 'expected parent to be included'],
  [
    'segment-full',
    'collator-settings',
    'No space left for the block in the unincluded segment: new_len(3) < capacity(2)',
  ],
  ['old-collator', 'bad-runtime', 'Invalid relay chain state proof'],
  ['old-collator', 'bad-runtime', 'Invalid host configuration in relay chain state proof'],
  ['old-collator', 'bad-runtime', 'Invalid messaging state in relay chain state proof'],
  ['old-collator', 'bad-runtime', 'included head not present in relay storage proof'],
  [
    'scheduling',
    'collator-settings',
    'Unable to verify provided relay parent descendants. InvalidNumberOfDescendants { expected: 2, received: 0 }',
  ],
  ['scheduling', 'collator-settings', 'only one block per PoV is allowed'],
  ['scheduling', 'collator-settings', 'V3 scheduling is not enabled'],
  ['inherent-missing', 'bad-runtime', 'set_validation_data inherent needs to be present in every block!'],
  ['inherent-missing', 'bad-runtime', 'Missing required set_validation_data inherent'],
];

describe('words of a panic', () => {
  it.each(SAID)('of the kind %s lead to %s: %s', (cause, diagnosis, words) => {
    const known = explainPanic(words);
    expect(known?.cause).toBe(cause);
    expect(treatmentOf(cause).diagnosis).toBe(diagnosis);
  });

  it('are known for every cause, each with what helps', () => {
    expect(new Set(SAID.map(([cause]) => cause))).toEqual(new Set(PANIC_CAUSES));
    for (const [, , words] of SAID) expect(explainPanic(words)?.helps).toMatch(/[a-z]{3}/);
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
