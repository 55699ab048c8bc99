import { encodeText } from '../../bytes/bytes.ts';
import { toHex } from '../../bytes/hex.ts';
import type { State } from '../../executor/storage/state.ts';
import {
  type Authority,
  type AuthoritySet,
  authorityChangeOf,
  decodeAuthorities,
  storageKey,
} from '../../proof/index.ts';
import type { Block } from './block.ts';

const AUTHORITIES = toHex(storageKey('Grandpa', 'Authorities'));
/** Where runtimes before 2024 kept them, behind a byte of version. */
const OLD_AUTHORITIES = toHex(encodeText(':grandpa_authorities'));

/** A change that a block of the chain has announced. `effective` is the last block of the old set. */
interface PendingChange {
  readonly effective: number;
  readonly authorities: readonly Authority[];
}

interface ForcedChange extends PendingChange {
  readonly from: number;
}

/** A set that is over: its last block, and what justified that one; null where the set was forced out. */
export interface EndedSet {
  readonly setId: bigint;
  readonly last: number;
  readonly justification: Uint8Array | null;
}

interface JustifiedBlock {
  readonly number: number;
  readonly justification: Uint8Array;
}

/**
 * What each node of a chain with GRANDPA keeps: the set that may finalize next, changes that blocks have announced,
 * and the justifications to serve. The rules are those of sc-consensus-grandpa (`AuthoritySet`), on a chain without forks.
 */
export class Grandpa {
  #set: AuthoritySet;
  /** In the order of their blocks; only the first can count next. */
  #pending: PendingChange[] = [];
  #forced: ForcedChange[] = [];
  readonly #ended: EndedSet[] = [];
  #newest: JustifiedBlock | null = null;

  constructor(authorities: readonly Authority[]) {
    this.#set = { setId: 0n, authorities };
  }

  /** Null when the chain has no GRANDPA: its first state holds no authorities. */
  static ofGenesis(state: State): Grandpa | null {
    const value = state.get(AUTHORITIES) ?? state.get(OLD_AUTHORITIES)?.subarray(1) ?? null;
    const authorities = value === null ? [] : decodeAuthorities(value);
    return authorities.length === 0 ? null : new Grandpa(authorities);
  }

  /** The set whose votes make the next blocks final. */
  get set(): AuthoritySet {
    return this.#set;
  }

  /** The last block that this set may finalize, as far as the blocks so far say. */
  get lastOfSet(): number | null {
    return this.#pending[0]?.effective ?? null;
  }

  /** The highest block that was justified. */
  get newest(): JustifiedBlock | null {
    return this.#newest;
  }

  imported(block: Block): void {
    const change = authorityChangeOf(block.header);
    if (change !== null) {
      const { authorities, forcedFrom } = change;
      const effective = block.number + change.delay;
      if (forcedFrom === null) this.#pending.push({ effective, authorities });
      else this.#forced.push({ effective, authorities, from: forcedFrom });
    }
    const forced = this.#forced.find(({ effective }) => effective === block.number);
    if (forced) this.#force(forced);
  }

  /** The current set has finalized the block with this number. Ends the set when it is its last one. */
  finalized(number: number, justification: Uint8Array): void {
    this.#newest = { number, justification };
    const change = this.#pending[0];
    if (change === undefined || change.effective > number) return;
    this.#pending.shift();
    this.#forced = this.#forced.filter(({ effective }) => effective > number);
    this.#next(change.authorities, { setId: this.#set.setId, last: number, justification });
  }

  /**
   * The set that finalized the block with this number, if it is over; null when the current one does. `unknown` as long
   * as no set is over: a node then asks for a subscription instead.
   */
  endedSetOf(number: number): EndedSet | null | 'unknown' {
    const found = this.#ended.find(({ last }) => number <= last);
    return found ?? (this.#ended.length === 0 ? 'unknown' : null);
  }

  /** What a node keeps with the block for others to sync: set ends only. */
  storedJustification(number: number): Uint8Array | null {
    return this.#ended.find(({ last }) => last === number)?.justification ?? null;
  }

  /** Sets whose last block lies below `number` are forgotten, but for the newest: of them nobody can ask any more. */
  forget(number: number): void {
    while (this.#ended.length > 1 && (this.#ended[0]?.last ?? number) < number) this.#ended.shift();
  }

  /** Nothing that was announced before counts any more: the new set starts afresh from `from`. */
  #force({ authorities, from }: ForcedChange): void {
    this.#pending = [];
    this.#forced = [];
    this.#next(authorities, { setId: this.#set.setId, last: from, justification: null });
  }

  #next(authorities: readonly Authority[], ended: EndedSet): void {
    this.#ended.push(ended);
    this.#set = { setId: this.#set.setId + 1n, authorities };
  }
}
