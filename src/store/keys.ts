import type { RoundKey } from '../domain/ports/ledger.ts';
import { type AccountHex, fromHex, type Hex, type ParaId, toHex } from '../domain/units.ts';

/**
 * The whole key layout. A key is one ASCII letter for the kind of record, then fields; every field but the last has
 * a fixed length and numbers are big-endian, so that LevelDB's byte order is the order of the fields and one kind,
 * para or round is one contiguous range.
 *
 * | letter | key after it                              | value |
 * | ------ | ----------------------------------------- | ----- |
 * | `!`    | nothing                                   | JSON: format of the database |
 * | `a`    | para u32, head hash 32                    | JSON: anchor and its evidence |
 * | `c`    | blake2-256 of the code 32                 | the code blob, raw |
 * | `e`    | event id u64                              | JSON: service event |
 * | `j`    | para u32, journal key as UTF-8            | JSON: journal entry |
 * | `k`    | para u32, anchor 32, storage key          | hashes of the nodes that prove it, 32 bytes each |
 * | `n`    | blake2-256 of the node 32                 | trie node, raw; shared by every proof and census that uses it |
 * | `o`    | para u32                                  | JSON: latest opt-in or opt-out |
 * | `p`    | policy hash 32                            | JSON: policy |
 * | `r`    | para u32, anchor 32, round u32, proposal 32 | JSON: proposal |
 * | `s`    | para u32                                  | JSON: saved machine snapshot |
 * | `t`    | nothing                                   | JSON: counters (last event id) |
 * | `v`    | para u32, anchor 32, round u32, account 20 or 32 | JSON: the account's counted vote |
 * | `x`    | para u32, anchor 32                       | JSON: how far the census is |
 *
 * Big integers are decimal text inside JSON values; hashes and account ids are raw bytes inside keys.
 */
const KINDS = {
  format: '!',
  anchor: 'a',
  code: 'c',
  event: 'e',
  endorsement: 'f',
  journal: 'j',
  proof: 'k',
  node: 'n',
  optIn: 'o',
  policy: 'p',
  proposal: 'r',
  round: 'd',
  snapshot: 's',
  counters: 't',
  vote: 'v',
  census: 'x',
} as const;
type Kind = keyof typeof KINDS;

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

export function anchorKey(paraId: ParaId, head: Hex): Key {
  return key('anchor', u32(paraId), fromHex(head));
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

/** Events with an id greater than `after`. */
export function eventsAfter(after: number): KeyRange {
  return { gte: eventKey(after + 1), lt: end(key('event')) };
}

export function journalKey(paraId: ParaId, entryKey: string): Key {
  return key('journal', u32(paraId), new TextEncoder().encode(entryKey));
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

export function policyKey(hash: Hex): Key {
  return key('policy', fromHex(hash));
}

export function proposalKey(round: RoundKey, proposal: Hex): Key {
  return key('proposal', roundBytes(round), fromHex(proposal));
}

export function proposalsOf(round: RoundKey): KeyRange {
  return prefix(key('proposal', roundBytes(round)));
}

export function endorsementKey(round: RoundKey, proposal: Hex, account: AccountHex): Key {
  return key('endorsement', roundBytes(round), fromHex(proposal), fromHex(account));
}

export function endorsementsOf(round: RoundKey): KeyRange {
  return prefix(key('endorsement', roundBytes(round)));
}

export function roundKey(round: RoundKey): Key {
  return key('round', roundBytes(round));
}

export function roundsOf(paraId: ParaId): KeyRange {
  return prefix(key('round', u32(paraId)));
}

export function snapshotKey(paraId: ParaId): Key {
  return key('snapshot', u32(paraId));
}

export function voteKey(round: RoundKey, account: AccountHex): Key {
  return key('vote', roundBytes(round), fromHex(account));
}

export function votesOf(round: RoundKey): KeyRange {
  return prefix(key('vote', roundBytes(round)));
}

/** A key for people: the kind's name and the rest as hex (`vote 0x000007d0…`). */
export function describeKey(bytes: Key): string {
  const letter = String.fromCharCode(bytes[0] ?? 0);
  const kind = Object.entries(KINDS).find(([, value]) => value === letter)?.[0] ?? 'unknown record';
  return bytes.length > 1 ? `${kind} ${toHex(bytes.subarray(1))}` : kind;
}

function roundBytes({ paraId, anchor, round }: RoundKey): Uint8Array {
  return concat(u32(paraId), fromHex(anchor), u32(round));
}

function key(kind: Kind, ...fields: readonly Uint8Array[]): Key {
  return concat(new TextEncoder().encode(KINDS[kind]), ...fields);
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

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
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
