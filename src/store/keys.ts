import { concatBytes, encodeText } from '../bytes/bytes.ts';
import { fromHex, toHex } from '../bytes/hex.ts';
import { RescueError } from '../domain/errors.ts';
import type { RoundKey } from '../domain/ports/ledger.ts';
import type { AccountHex, EpochMs, Hex, ParaId, RelayBlock } from '../domain/units.ts';
import { KEY_LAYOUT, type Kind, type KindName, PARA, ROUND, type Size } from './key-layout.ts';

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

export function releaseKey(round: RoundKey, account: AccountHex): Key {
  return key('release', ...roundFields(round), fromHex(account));
}

export function releasesOf(round: RoundKey): KeyRange {
  return prefix(key('release', ...roundFields(round)));
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

export function authorisationKey(paraId: ParaId): Key {
  return key('authorisation', u32(paraId));
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
