import { concatBytes, encodeText } from '../bytes/bytes.ts';
import { fromHex, toHex } from '../bytes/hex.ts';
import { RescueError } from '../domain/errors.ts';
import type { RoundKey } from '../domain/ports/ledger.ts';
import type { AccountHex, EpochMs, Hex, ParaId, RelayBlock } from '../domain/units.ts';

/** Bytes of a field, either of two lengths, or any number of them. */
type Size = number | readonly [number, number] | 'any';
interface Kind {
  /** One ASCII letter: the first byte of the key. */
  readonly letter: string;
  /** What comes after it, by name and size. */
  readonly fields: readonly (readonly [name: string, size: Size])[];
  readonly value: string;
  /** False: not held by the file of acts, because nobody acts on it, or it is checked whenever it is read. */
  readonly isAct?: false;
}

const PARA = ['para, big-endian', 4] as const;
const ROUND = [PARA, ['round id', 32]] as const;
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
  code: { letter: 'c', fields: [['blake2-256 of the code', 32]], value: 'the code blob, raw' },
  round: { letter: 'D', fields: ROUND, value: 'JSON: how the round ended' },
  earlierRound: { letter: 'd', fields: EARLIER_ROUND, value: 'up to format 2: round' },
  event: { letter: 'e', fields: [['event id, big-endian', 8]], value: 'JSON: service event', isAct: false },
  endorsement: {
    letter: 'F',
    fields: [...ROUND, ['proposal', 32], ACCOUNT],
    value: "JSON: the account's latest statement on the proposal",
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

/** A key of the database. */
export type Key = Uint8Array;
/** Half-open range of keys, in byte order. */
export interface KeyRange {
  readonly gte: Key;
  readonly lt: Key;
}

/** Record that names the format of the database; written when it is made, checked whenever it is opened. */
export const FORMAT_KEY: Key = key('format');
export const COUNTERS_KEY: Key = key('counters');
export const ACTS_STATE_KEY: Key = key('actsState');
export const FOLLOWED_KEY: Key = key('followed');
export const FINALIZED_KEY: Key = key('finalized');
export const ALERTS_READ_KEY: Key = key('alertsRead');

export function alertKey(name: string): Key {
  return key('alert', encodeText(name));
}

export function anchorKey(paraId: ParaId, head: Hex, relayBlock: RelayBlock): Key {
  return key('anchor', u32(paraId), fromHex(head), u64(relayBlock));
}

export function anchorsOf(paraId: ParaId, head: Hex): KeyRange {
  return prefix(key('anchor', u32(paraId), fromHex(head)));
}

/** All anchors of format 2. */
export const EARLIER_ANCHORS: KeyRange = prefix(key('earlierAnchor'));

interface EarlierRoundKey {
  readonly paraId: ParaId;
  readonly anchor: Hex;
  readonly round: number;
}

export function earlierRoundsOf(paraId: ParaId): KeyRange {
  return prefix(key('earlierRound', u32(paraId)));
}

/** Of a round of format 2. */
export function earlierActsOf(
  kind: 'earlierProposal' | 'earlierEndorsement' | 'earlierVote',
  { paraId, anchor, round }: EarlierRoundKey,
): KeyRange {
  return prefix(key(kind, u32(paraId), fromHex(anchor), u32(round)));
}

export function censusKey(paraId: ParaId, anchor: Hex): Key {
  return key('census', u32(paraId), fromHex(anchor));
}

export function codeKey(codeHash: Hex): Key {
  return key('code', fromHex(codeHash));
}

export function eventKey(id: number): Key {
  return key('event', u64(id));
}

export function eventIdOf(bytes: Key): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(1));
}

/** Events with an id greater than `after`. */
export function eventsAfter(after: number): KeyRange {
  return { gte: eventKey(after + 1), lt: end(key('event')) };
}

export function incidentKey(paraId: ParaId, number: number): Key {
  return key('incident', u32(paraId), u64(number));
}

export function incidentNumberOf(bytes: Key): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(5));
}

export function incidentsOf(paraId: ParaId): KeyRange {
  return prefix(key('incident', u32(paraId)));
}

export function journalKey(paraId: ParaId, entryKey: string): Key {
  return key('journal', u32(paraId), encodeText(entryKey));
}

export function journalOf(paraId: ParaId): KeyRange {
  return prefix(key('journal', u32(paraId)));
}

export function proofKey(paraId: ParaId, anchor: Hex, storageKey: Hex): Key {
  return key('proof', u32(paraId), fromHex(anchor), fromHex(storageKey));
}

export function nodeKey(hash: Uint8Array): Key {
  return key('node', hash);
}

export function optInKey(paraId: ParaId): Key {
  return key('optIn', u32(paraId));
}

export function pageKey(round: RoundKey): Key {
  return key('page', ...roundFields(round));
}

export function pagesOf(paraId: ParaId): KeyRange {
  return prefix(key('page', u32(paraId)));
}

export function policyKey(hash: Hex): Key {
  return key('policy', fromHex(hash));
}

export function proposalKey(round: RoundKey, proposal: Hex): Key {
  return key('proposal', ...roundFields(round), fromHex(proposal));
}

export function proposalsOf(round: RoundKey): KeyRange {
  return prefix(key('proposal', ...roundFields(round)));
}

export function trialKey(round: RoundKey, proposal: Hex): Key {
  return key('trial', ...roundFields(round), fromHex(proposal));
}

export function endorsementKey(round: RoundKey, proposal: Hex, account: AccountHex): Key {
  return key('endorsement', ...roundFields(round), fromHex(proposal), fromHex(account));
}

export function endorsementsOf(round: RoundKey): KeyRange {
  return prefix(key('endorsement', ...roundFields(round)));
}

export function roundKey(round: RoundKey): Key {
  return key('round', ...roundFields(round));
}

export function roundsOf(paraId: ParaId): KeyRange {
  return prefix(key('round', u32(paraId)));
}

export function setEndKey(number: RelayBlock): Key {
  return key('setEnd', u32(number));
}

/** Sets that ended with block `number` or later. */
export function setEndsFrom(number: RelayBlock): KeyRange {
  return { gte: setEndKey(number), lt: end(key('setEnd')) };
}

export function readinessKey(paraId: ParaId): Key {
  return key('readiness', u32(paraId));
}

export function snapshotKey(paraId: ParaId): Key {
  return key('snapshot', u32(paraId));
}

export function voteKey(round: RoundKey, account: AccountHex): Key {
  return key('vote', ...roundFields(round), fromHex(account));
}

export function votesOf(round: RoundKey): KeyRange {
  return prefix(key('vote', ...roundFields(round)));
}

export function lossKey(paraId: ParaId, acceptedAt: EpochMs): Key {
  return key('loss', u32(paraId), u64(acceptedAt));
}

export function lossesOf(paraId: ParaId): KeyRange {
  return prefix(key('loss', u32(paraId)));
}

/** The id of the round that a record belongs to; null for kinds that belong to none. */
export function roundIdOfKey(bytes: Key): Hex | null {
  const kind = kindOf(bytes);
  if (kind === null) return null;
  const { fields }: Kind = KEY_LAYOUT[kind];
  return fields[1] === ROUND[1] ? toHex(bytes.subarray(5, 37)) : null;
}

/** The head of the anchor that a record belongs to; null for kinds that belong to none. */
export function headOfKey(bytes: Key): Hex | null {
  const kind = kindOf(bytes);
  return kind === 'anchor' || kind === 'proof' ? toHex(bytes.subarray(5, 37)) : null;
}

/** The record of how a round of format 2 ended, for what was signed in it; null for all other kinds. */
export function earlierRoundOf(bytes: Key): Key | null {
  const kind = kindOf(bytes);
  if (kind !== 'earlierProposal' && kind !== 'earlierEndorsement' && kind !== 'earlierVote') return null;
  return concatBytes(encodeText(KEY_LAYOUT.earlierRound.letter), bytes.subarray(1, 41));
}

/** All keys of one kind. */
export function allOf(kind: KindName): KeyRange {
  return prefix(key(kind));
}

/** The kind of a key; null for one that this version does not know. */
export function kindOf(bytes: Key): KindName | null {
  const letter = String.fromCharCode(bytes[0] ?? 0);
  const found = Object.entries(KEY_LAYOUT).find(([, { letter: its }]) => its === letter);
  return found ? (found[0] as KindName) : null;
}

/** Whether the file of acts holds the record of this key. */
export function isAct(bytes: Key): boolean {
  const kind = kindOf(bytes);
  return kind !== null && !('isAct' in KEY_LAYOUT[kind]);
}

/** The para that a key begins with, after its letter; null for kinds that belong to no para. */
export function paraOfKey(bytes: Key): ParaId | null {
  const kind = kindOf(bytes);
  if (kind === null || bytes.length < 5) return null;
  const { fields }: Kind = KEY_LAYOUT[kind];
  return fields[0] === PARA ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(1) : null;
}

/** A key for people: the kind's name and the rest as hex (`vote 0x000007d0…`). */
export function describeKey(bytes: Key): string {
  const kind = kindOf(bytes) ?? 'unknown record';
  return bytes.length > 1 ? `${kind} ${toHex(bytes.subarray(1))}` : kind;
}

function roundFields({ paraId, roundId }: RoundKey): Uint8Array[] {
  return [u32(paraId), fromHex(roundId)];
}

/** A key, or with fewer fields than its kind has the start of some. */
function key(kind: KindName, ...fields: readonly Uint8Array[]): Key {
  const { letter, fields: layout }: Kind = KEY_LAYOUT[kind];
  for (const [index, bytes] of fields.entries()) {
    const [name, size] = layout[index] ?? ['nothing', 0];
    if (fits(bytes.length, size)) continue;
    throw new RescueError(
      'RESCUE_INTERNAL',
      `a key of kind ${kind} has ${bytes.length} bytes where ${name} (${size}) belongs`,
    );
  }
  return concatBytes(encodeText(letter), ...fields);
}

function fits(length: number, size: Size): boolean {
  return size === 'any' || (typeof size === 'number' ? length === size : size.includes(length));
}

function prefix(start: Key): KeyRange {
  return { gte: start, lt: end(start) };
}

/** First key after all that begin with `start`. The kind letter is ASCII, so there always is one. */
function end(start: Key): Key {
  let length = start.length;
  while (length > 1 && start[length - 1] === 0xff) length -= 1;
  const bytes = start.slice(0, length);
  bytes[length - 1] = (bytes[length - 1] ?? 0) + 1;
  return bytes;
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function u64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}
