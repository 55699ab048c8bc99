/** Bytes of a field, either of two lengths, or any number of them. */
export type Size = number | readonly [number, number] | 'any';
export interface Kind {
  /** One ASCII letter: the first byte of the key. */
  readonly letter: string;
  /** What comes after it, by name and size. */
  readonly fields: readonly (readonly [name: string, size: Size])[];
  readonly value: string;
  /** False: not held by the file of acts, because nobody acts on it, or it is checked whenever it is read. */
  readonly isAct?: false;
}

export const PARA = ['para, big-endian', 4] as const;
export const ROUND = [PARA, ['round id', 32]] as const;
/** Of rounds without an id, up to format 2. They are only read. */
const EARLIER_ROUND = [PARA, ['anchor', 32], ['round, big-endian', 4]] as const;
const ACCOUNT = ['account', [20, 32]] as const;

/**
 * The whole key layout. A key is the letter of its kind, then fields; every field but the last has a fixed length and
 * numbers are big-endian, so that LevelDB's byte order is the order of the fields and one kind, para or round is one
 * contiguous range. Hashes and account ids are raw bytes. A letter is never used for something else.
 */
export const KEY_LAYOUT = {
  format: { letter: '!', fields: [], value: 'JSON: format of the database', isAct: false },
  alert: {
    letter: 'u',
    fields: [['key of the alert as UTF-8', 'any']],
    value: 'JSON: alert that is not over, or whose end not every hook knows',
    isAct: false,
  },
  alertsRead: {
    letter: 'z',
    fields: [],
    value: 'JSON: last event that alerts were made of',
    isAct: false,
  },
  anchor: {
    letter: 'A',
    fields: [PARA, ['head hash', 32], ['relay block, big-endian', 8]],
    value: 'JSON: anchor and its evidence',
  },
  earlierAnchor: { letter: 'a', fields: [PARA, ['head hash', 32]], value: 'up to format 2: anchor' },
  authorisation: {
    letter: 'b',
    fields: [PARA],
    value: 'JSON: what was told last of code that root of the relay chain authorised',
    isAct: false,
  },
  code: { letter: 'c', fields: [['blake2-256 of the code', 32]], value: 'the code blob, raw' },
  round: { letter: 'D', fields: ROUND, value: 'JSON: how the round ended' },
  earlierRound: { letter: 'd', fields: EARLIER_ROUND, value: 'up to format 2: round' },
  event: { letter: 'e', fields: [['event id, big-endian', 8]], value: 'JSON: service event', isAct: false },
  endorsement: {
    letter: 'F',
    fields: [...ROUND, ['proposal', 32], ACCOUNT],
    value: "JSON: the account's latest statement on the proposal",
  },
  release: {
    letter: 'L',
    fields: [...ROUND, ACCOUNT],
    value: "JSON: what the person said last of releasing the round's decision",
  },
  earlierEndorsement: {
    letter: 'f',
    fields: [...EARLIER_ROUND, ['proposal', 32], ACCOUNT],
    value: 'up to format 2: endorsement',
  },
  actsState: {
    letter: 'h',
    fields: [],
    value: 'JSON: which batch of acts was the last, and those that the file of acts may lack',
    isAct: false,
  },
  followed: {
    letter: 'g',
    fields: [],
    value: 'JSON: authority set of the relay chain that is followed, and its checkpoint',
    isAct: false,
  },
  finalized: {
    letter: 'q',
    fields: [],
    value: 'JSON: newest relay block that was verified to be final',
    isAct: false,
  },
  incident: {
    letter: 'i',
    fields: [PARA, ['number, big-endian', 8]],
    value: 'JSON: one stall of the para, from onset to end',
  },
  journal: { letter: 'j', fields: [PARA, ['journal key as UTF-8', 'any']], value: 'JSON: journal entry' },
  proof: {
    letter: 'k',
    fields: [PARA, ['anchor', 32], ['storage key', 'any']],
    value: 'hashes of the nodes that prove it, 32 bytes each',
  },
  loss: {
    letter: 'l',
    fields: [PARA, ['when it was accepted, milliseconds, big-endian', 8]],
    value: 'JSON: what was lost of the para, accepted by the operator',
  },
  setEnd: {
    letter: 'w',
    fields: [['relay block, big-endian', 4]],
    value: 'JSON: last block of an authority set',
    isAct: false,
  },
  node: {
    letter: 'n',
    fields: [['blake2-256 of the node', 32]],
    value: 'trie node, raw; shared by every proof and census that uses it',
    isAct: false,
  },
  optIn: { letter: 'o', fields: [PARA], value: 'JSON: latest opt-in or opt-out' },
  page: { letter: 'P', fields: ROUND, value: 'JSON: validation page', isAct: false },
  policy: { letter: 'p', fields: [['policy hash', 32]], value: 'JSON: policy' },
  proposal: { letter: 'R', fields: [...ROUND, ['proposal', 32]], value: 'JSON: proposal' },
  earlierProposal: {
    letter: 'r',
    fields: [...EARLIER_ROUND, ['proposal', 32]],
    value: 'up to format 2: proposal',
  },
  readiness: {
    letter: 'y',
    fields: [PARA],
    value: 'JSON: what was found last of the readiness for a rescue',
    isAct: false,
  },
  snapshot: { letter: 's', fields: [PARA], value: 'JSON: saved machine snapshot' },
  trial: {
    letter: 'T',
    fields: [...ROUND, ['proposal', 32]],
    value: 'JSON: what came of trying the proposal',
    isAct: false,
  },
  counters: { letter: 't', fields: [], value: 'JSON: counters (last event id)' },
  vote: { letter: 'V', fields: [...ROUND, ACCOUNT], value: "JSON: the account's counted vote" },
  earlierVote: { letter: 'v', fields: [...EARLIER_ROUND, ACCOUNT], value: 'up to format 2: vote' },
  census: {
    letter: 'x',
    fields: [PARA, ['anchor', 32]],
    value: 'JSON: how far the census is',
    isAct: false,
  },
} as const satisfies Readonly<Record<string, Kind>>;
export type KindName = keyof typeof KEY_LAYOUT;
