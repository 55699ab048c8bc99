import type { Cause } from './causes.ts';

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

/** A panic that is known from the field, as it is recorded with a trial. */
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

/** What is done about a panic. */
export interface Treatment extends Pick<KnownPanic, 'sentence' | 'curableByCode'> {
  /** The cause of a para that stopped with it. Blocks are tried here with what collators of today show: then it is the runtime's fault. */
  readonly diagnosis: Cause;
  /** What the patched runtime does that helps, after the word "which"; null where none does. */
  readonly patch: string | null;
  /** What else helps, the best first. */
  readonly remedies: readonly string[];
  readonly warnings: readonly string[];
}

const COLLATORS = 'the operators of the collators: other software or other settings';

const TREATMENTS: Readonly<Record<PanicCause, Treatment>> = {
  'go-ahead': {
    diagnosis: 'bad-runtime',
    sentence:
      'the relay chain tells the para to go ahead with an upgrade that the para itself never scheduled, and its runtime does not expect that',
    patch: 'passes over the signal',
    remedies: [
      'root of the relay chain, which notes the same head anew (paras.forceNoteNewHead): that takes the signal away',
    ],
    warnings: ['another upgrade by the registrar under the old rule, which sets the same signal again'],
    curableByCode: true,
  },
  messages: {
    diagnosis: 'messages-differ',
    sentence:
      'the messages that the para has taken are not those that the relay chain has sent: their queues differ, as after a head was set back or forward',
    patch: "takes over the relay chain's queue heads",
    remedies: [],
    warnings: ['setting the head (set_current_head): that is what makes queues differ'],
    curableByCode: true,
  },
  'relay-number': {
    diagnosis: 'bad-runtime',
    sentence: 'the number of the relay block went back, which the runtime does not allow',
    patch: 'allows it, if the relay chain will not come to that number again',
    remedies: [],
    warnings: [],
    curableByCode: true,
  },
  authorities: {
    diagnosis: 'bad-runtime',
    sentence: 'the para has no authorities, so nobody may build its blocks',
    patch: 'sets the authorities of Aura and of AuraExt',
    remedies: [],
    warnings: ['setting the head back to one without authorities'],
    curableByCode: true,
  },
  seal: {
    diagnosis: 'bad-runtime',
    sentence:
      'validators do not take the author of the block: the authorities that AuraExt keeps are empty, or not those of Aura',
    patch: 'sets the authorities of Aura and of AuraExt to the same',
    remedies: [],
    warnings: [],
    curableByCode: true,
  },
  slot: {
    diagnosis: 'bad-runtime',
    sentence:
      'the slot of the next block does not come after the last one as the runtime wants it: its slot duration was changed, or its last slot lies ahead',
    patch: 'has a slot duration that fits, or sets the last slot back',
    remedies: [],
    warnings: ['waiting, unless the last slot lies ahead by a known time'],
    curableByCode: true,
  },
  timestamp: {
    diagnosis: 'bad-runtime',
    sentence: 'the time of the next block does not fit to its slot or to the time of the last block',
    patch: 'takes the time as it is',
    remedies: ['collators with the right slot duration'],
    warnings: [],
    curableByCode: true,
  },
  'other-code': {
    diagnosis: 'code-mismatch',
    sentence: 'the block was built by other code than the relay chain stores: both come to different results',
    patch: null,
    remedies: [
      'code substitutes on every node equal to the code of the relay chain',
      'the code of the relay chain set to that of the nodes',
    ],
    warnings: ['changing both'],
    curableByCode: true,
  },
  'other-head': {
    diagnosis: 'wrong-head',
    sentence: 'the block does not build on the head that the relay chain stores',
    patch: null,
    remedies: ['nodes that have that head and build on it'],
    warnings: ['setting the head before it is known that no node has it'],
    curableByCode: false,
  },
  'segment-full': {
    diagnosis: 'collator-settings',
    sentence: 'too many blocks wait to be included for one more; this passes, unless the settings disagree',
    patch: null,
    remedies: [
      'waiting a few blocks',
      'the operators of the collators: settings of async backing that fit to those of the runtime',
    ],
    warnings: ['a vote on new code before the settings are compared'],
    curableByCode: false,
  },
  'old-collator': {
    diagnosis: 'bad-runtime',
    sentence:
      'the runtime cannot read what the collator shows it of the relay chain: it is older than the relay chain',
    patch: 'reads the relay chain of today',
    remedies: [COLLATORS],
    warnings: [],
    curableByCode: true,
  },
  scheduling: {
    diagnosis: 'collator-settings',
    sentence: 'the runtime wants blocks to be scheduled in another way than its collators do',
    patch: null,
    remedies: [COLLATORS],
    warnings: ['a vote on new code before the collators were updated'],
    curableByCode: false,
  },
  'inherent-missing': {
    diagnosis: 'bad-runtime',
    sentence: 'the block has no valid inherent with the validation data',
    patch: 'takes what the relay chain shows today',
    remedies: [COLLATORS],
    warnings: [],
    curableByCode: true,
  },
};

export function treatmentOf(cause: PanicCause): Treatment {
  return TREATMENTS[cause];
}

/**
 * Words of well-known panics, most telling first: those of cumulus-pallet-parachain-system, pallet-aura,
 * cumulus-pallet-aura-ext, pallet-timestamp, frame-executive and of polkadot-sdk's `validate_block`.
 */
const WORDS: readonly (readonly [words: RegExp, PanicCause])[] = [
  [/GoAhead signal is not expected/i, 'go-ahead'],
  [
    /(DMQ|HRMP) head mismatch|Messages order violation|doesn't have a channel|invalid_ingress_message/i,
    'messages',
  ],
  [/Relay chain block number needs to/i, 'relay-number'],
  [/remainder with a divisor of zero/i, 'authorities'],
  [/Invalid AuRa (author index|seal)|AuRa seal|bad seal|Seal was not/i, 'seal'],
  [
    /Slot must (increase|not decrease)|Slot moved backwards|slot must match relay-derived|authored blocks limit|Parachain slot is too far/i,
    'slot',
  ],
  [/Timestamp must|Timestamp (slot|is)|minimum period/i, 'timestamp'],
  // The last ones: the code that validates reads what the block's own code did not, so that it is not in the proof.
  [
    /(Digest item|Storage root|Transaction trie root|Number of digest items) must|Externalities not allowed to fail within runtime|IncompleteDatabase/i,
    'other-code',
  ],
  [/Parent head doesn't match|Parachain head needs to be the parent|parent header mismatch/i, 'other-head'],
  [/expected parent to be included|No space left .{0,40}unincluded segment/i, 'segment-full'],
  [
    /Invalid relay chain state proof|Invalid host configuration|Invalid messaging state|Invalid upgrade (go ahead|restriction) signal|included head not present|Relay parent storage root doesn't match/i,
    'old-collator',
  ],
  [/only one block per PoV|V3 scheduling|relay parent descendants|InvalidNumberOfDescendants/i, 'scheduling'],
  [
    /Missing required set_validation_data inherent|set_validation_data inherent needs to be present/i,
    'inherent-missing',
  ],
];

/** What is known of a panic by its words, and by what the runtime logged before it; null for one that is new. */
export function explainPanic(panic: string, logged: readonly string[] = []): KnownPanic | null {
  // That an inherent is missing says nothing of why: the lines before it may.
  for (const text of [panic, ...logged.toReversed()]) {
    const cause = causeOf(text);
    if (cause && (cause !== 'inherent-missing' || text !== panic || logged.length === 0)) return known(cause);
  }
  const cause = causeOf(panic);
  return cause && known(cause);
}

function causeOf(text: string): PanicCause | null {
  return WORDS.find(([words]) => words.test(text))?.[1] ?? null;
}

function known(cause: PanicCause): KnownPanic {
  const { sentence, patch, remedies, warnings, curableByCode } = TREATMENTS[cause];
  const patched = 'a patched runtime as validation code on the relay chain and as a substitute on every node';
  const helps = [...(patch === null ? [] : [`${patched}, one that ${patch}`]), ...remedies].join('; or ');
  return { cause, sentence, helps, avoid: warnings.join('; '), curableByCode };
}
