import type { RoundKey } from '../domain/ports.ts';
import { type AccountHex, type Hex, type ParaId } from '../domain/units.ts';
/** A key of the database. */
export type Key = Uint8Array;
/** Half-open range of keys, in byte order. */
export interface KeyRange {
    readonly gte: Key;
    readonly lt: Key;
}
/** Record that names the format of the database; written when it is made, checked whenever it is opened. */
export declare const FORMAT_KEY: Key;
export declare const COUNTERS_KEY: Key;
export declare function anchorKey(paraId: ParaId, head: Hex): Key;
export declare function censusKey(paraId: ParaId, anchor: Hex): Key;
export declare function codeKey(codeHash: Hex): Key;
export declare function eventKey(id: number): Key;
/** Events with an id greater than `after`. */
export declare function eventsAfter(after: number): KeyRange;
export declare function journalKey(paraId: ParaId, entryKey: string): Key;
export declare function journalOf(paraId: ParaId): KeyRange;
export declare function proofKey(paraId: ParaId, anchor: Hex, storageKey: Hex): Key;
export declare function nodeKey(hash: Uint8Array): Key;
export declare function optInKey(paraId: ParaId): Key;
export declare function policyKey(hash: Hex): Key;
export declare function proposalKey(round: RoundKey, proposal: Hex): Key;
export declare function proposalsOf(round: RoundKey): KeyRange;
export declare function snapshotKey(paraId: ParaId): Key;
export declare function voteKey(round: RoundKey, account: AccountHex): Key;
export declare function votesOf(round: RoundKey): KeyRange;
/** A key for people: the kind's name and the rest as hex (`vote 0x000007d0…`). */
export declare function describeKey(bytes: Key): string;
