/** What makes a runtime, or the validators, refuse the next block. */
export const PANIC_CAUSES = [
  'go-ahead',
  'messages',
  'relay-number',
  'authorities',
  'seal',
  'slot',
  'timestamp',
  'other-code',
  'other-head',
  'segment-full',
  'old-collator',
  'scheduling',
  'inherent-missing',
] as const;
export type PanicCause = (typeof PANIC_CAUSES)[number];

/** A panic that is known from the field. */
export interface KnownPanic {
  readonly cause: PanicCause;
  /** What it means, in one plain line. */
  readonly sentence: string;
  /** What helps. */
  readonly helps: string;
  /** What does harm; empty when nothing is known to. */
  readonly avoid: string;
  /** Whether other validation code can get the para over it. */
  readonly curableByCode: boolean;
}

const PATCHED = 'a patched runtime as validation code on the relay chain and as a substitute on every node';
const COLLATORS = 'the operators of the collators: other software or other settings';

/**
 * Words of well-known panics, most telling first: those of cumulus-pallet-parachain-system, pallet-aura,
 * cumulus-pallet-aura-ext, pallet-timestamp, frame-executive and of polkadot-sdk's `validate_block`.
 */
const KNOWN: readonly (readonly [words: RegExp, KnownPanic])[] = [
  [
    /GoAhead signal is not expected/i,
    {
      cause: 'go-ahead',
      sentence:
        'the relay chain tells the para to go ahead with an upgrade that the para itself never scheduled, and its runtime does not expect that',
      helps: `${PATCHED}, one that passes over the signal; or root of the relay chain, which notes the head anew`,
      avoid: 'another upgrade by the registrar under the old rule, which sets the same signal again',
      curableByCode: true,
    },
  ],
  [
    /(DMQ|HRMP) head mismatch|Messages order violation|doesn't have a channel|invalid_ingress_message/i,
    {
      cause: 'messages',
      sentence:
        'the messages that the para has taken are not those that the relay chain has sent: their queues differ, as after a head was set back or forward',
      helps: `${PATCHED}, one that takes over the relay chain's queue heads`,
      avoid: 'setting the head: that is what makes queues differ',
      curableByCode: true,
    },
  ],
  [
    /Relay chain block number needs to/i,
    {
      cause: 'relay-number',
      sentence: 'the number of the relay block went back, which the runtime does not allow',
      helps: `${PATCHED}, if the relay chain will not come to that number again`,
      avoid: '',
      curableByCode: true,
    },
  ],
  [
    /remainder with a divisor of zero/i,
    {
      cause: 'authorities',
      sentence: 'the para has no authorities, so nobody may build its blocks',
      helps: `${PATCHED}, one that sets the authorities of Aura and of AuraExt`,
      avoid: 'setting the head back to one without authorities',
      curableByCode: true,
    },
  ],
  [
    /Invalid AuRa (author index|seal)|AuRa seal|bad seal|Seal was not/i,
    {
      cause: 'seal',
      sentence:
        'validators do not take the author of the block: the authorities that AuraExt keeps are empty, or not those of Aura',
      helps: `${PATCHED}, one that sets the authorities of Aura and of AuraExt to the same`,
      avoid: '',
      curableByCode: true,
    },
  ],
  [
    /Slot must (increase|not decrease)|Slot moved backwards|slot must match relay-derived|authored blocks limit|Parachain slot is too far/i,
    {
      cause: 'slot',
      sentence:
        'the slot of the next block does not come after the last one as the runtime wants it: its slot duration was changed, or its last slot lies ahead',
      helps: `${PATCHED}, one whose slot duration fits or that sets the last slot back`,
      avoid: 'waiting, unless the last slot lies ahead by a known time',
      curableByCode: true,
    },
  ],
  [
    /Timestamp must|Timestamp (slot|is)|minimum period/i,
    {
      cause: 'timestamp',
      sentence: 'the time of the next block does not fit to its slot or to the time of the last block',
      helps: `${PATCHED}, or collators with the right slot duration`,
      avoid: '',
      curableByCode: true,
    },
  ],
  [
    // The last ones: the code that validates reads what the block's own code did not, so that it is not in the proof.
    /(Digest item|Storage root|Transaction trie root|Number of digest items) must|Externalities not allowed to fail within runtime|IncompleteDatabase/i,
    {
      cause: 'other-code',
      sentence:
        'the block was built by other code than the relay chain stores: both come to different results',
      helps:
        'code substitutes on every node equal to the code of the relay chain, or the code of the relay chain set to that of the nodes',
      avoid: 'changing both',
      curableByCode: true,
    },
  ],
  [
    /Parent head doesn't match|Parachain head needs to be the parent|included head not present|parent header mismatch/i,
    {
      cause: 'other-head',
      sentence: 'the block does not build on the head that the relay chain stores',
      helps: 'nodes that have that head and build on it',
      avoid: 'setting the head before it is known that no node has it',
      curableByCode: false,
    },
  ],
  [
    /expected parent to be included|No space left .{0,40}unincluded segment/i,
    {
      cause: 'segment-full',
      sentence: 'too many blocks wait to be included for one more; this passes, unless the settings disagree',
      helps: COLLATORS,
      avoid: '',
      curableByCode: false,
    },
  ],
  [
    /Invalid relay chain state proof|Invalid host configuration|Invalid messaging state|Relay parent storage root doesn't match/i,
    {
      cause: 'old-collator',
      sentence:
        'the runtime cannot read what the collator shows it of the relay chain: it is older than the relay chain',
      helps: `${COLLATORS}; or ${PATCHED}, one that reads the relay chain of today`,
      avoid: '',
      curableByCode: true,
    },
  ],
  [
    /only one block per PoV|V3 scheduling|relay parent descendants|InvalidNumberOfDescendants/i,
    {
      cause: 'scheduling',
      sentence: 'the runtime wants blocks to be scheduled in another way than its collators do',
      helps: COLLATORS,
      avoid: '',
      curableByCode: false,
    },
  ],
  [
    /Missing required set_validation_data inherent|set_validation_data inherent needs to be present/i,
    {
      cause: 'inherent-missing',
      sentence: 'the block has no valid inherent with the validation data',
      helps: `${COLLATORS}; or ${PATCHED}`,
      avoid: '',
      curableByCode: true,
    },
  ],
];

/** What is known of a panic by its words, and by what the runtime logged before it; null for one that is new. */
export function explainPanic(panic: string, logged: readonly string[] = []): KnownPanic | null {
  // That an inherent is missing says nothing of why: the lines before it may.
  for (const text of [panic, ...logged.toReversed()]) {
    const known = KNOWN.find(([words]) => words.test(text))?.[1];
    if (known && (known.cause !== 'inherent-missing' || text !== panic || logged.length === 0)) return known;
  }
  return KNOWN.find(([words]) => words.test(panic))?.[1] ?? null;
}
