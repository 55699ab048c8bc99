import { type StorageKey, unwrapStorageType } from '@polkadot/types';
import type { StorageEntry } from '@polkadot/types/primitive/types';
import { equalBytes } from '../bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../bytes/hex.ts';
import type { ChainRuntime } from '../chain/nodes/chain-runtime.ts';
import { oneLine } from '../domain/plain-text.ts';
import type { EntryDifference, ItemDifference, StateDifference } from '../domain/trial/difference.ts';
import { blake2b256 } from '../proof/index.ts';

/** A key that some blocks wrote, with its value before the first and after the last of them. */
export interface ChangedKey {
  readonly key: Hex;
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
}

/**
 * Items that say who owns or rules the chain, by the names that FRAME's pallets have: they are never taken for routine. Those of
 * `RULING` come before all others, for they are fewer than are shown: code of strangers names as many pallets of assets as it likes.
 */
const RULING =
  /^(:(code|pending_code|heappages)|Balances\.(TotalIssuance|InactiveIssuance|Locks|Freezes|Holds|Reserves)|(Aura|AuraExt|Babe|Grandpa)\.(Next)?Authorities|Session\.(Validators|QueuedKeys|NextKeys)|CollatorSelection\.(Invulnerables|CandidateList)|Sudo\.Key|System\.(Account|AuthorizedUpgrade|LastRuntimeUpgrade)|ParachainSystem\.(PendingValidationCode|NewValidationCode))$/;
const OWNING = /^([A-Za-z]*Assets\.(Asset|Account)|Tokens\.(TotalIssuance|Accounts))$/;

const SHOWN_ENTRIES = 20;
/** Items of each kind: code of strangers may write any number of keys that belong to no pallet. */
const SHOWN_ITEMS = 300;
/** Characters of all entries that are shown: a line of evidence has at most 16 MiB, and whoever looks at a trial reads all of it. */
const SHOWN_TEXT = 1024 * 1024;
/** Characters of an item's name, and hex digits of a key, which are whatever the code makes them. */
const LONGEST_NAME = 120;
const LONGEST_KEY = 2 + 2 * 512;
/** Keys of a map that has several. */
const SHOWN_ARGUMENTS = 8;
/** Characters of one value. */
const LONGEST_VALUE = 400;
/** Bytes of a value that is shown by its hash. */
const LONGEST_DECODED = 8 * 1024;

export interface DifferenceOptions {
  /** Who wrote what stood before, and who what stands after. */
  readonly before: ChainRuntime;
  readonly after: ChainRuntime;
  /** Names of items that any block changes, which say nothing of the code. */
  readonly routine?: ReadonlySet<string>;
  /** Keys of single entries that are shown first, such as the accounts of those who vote. */
  readonly watched?: ReadonlySet<Hex>;
}

/** What changed in a state, by pallet and item; each side is decoded by the runtime that wrote it. */
export function stateDifference(
  changes: Iterable<ChangedKey>,
  { before, after, routine = new Set(), watched = new Set() }: DifferenceOptions,
): Omit<StateDifference, 'issuance' | 'accounts'> {
  const [old, now] = [new StorageNames(before), new StorageNames(after)];
  const items = new Map<string, ChangedKey[]>();
  for (const change of changes) {
    if (isSame(change)) continue;
    const name = now.nameOf(change.key) ?? old.nameOf(change.key) ?? oneLine(change.key, 80);
    const known = items.get(name);
    if (known) known.push(change);
    else items.set(name, [change]);
  }
  let room = SHOWN_TEXT;
  const show = ({ key, before: from, after: to }: ChangedKey): EntryDifference[] => {
    if (room <= 0) return [];
    const entry = {
      key: key.slice(0, LONGEST_KEY) as Hex,
      of: (now.nameOf(key) ? now : old).argumentsOf(key),
      before: from && old.show(key, from),
      after: to && now.show(key, to),
    };
    room -= [entry.key, ...entry.of, entry.before ?? '', entry.after ?? ''].join().length;
    return [entry];
  };
  const rank = ({ key }: ChangedKey) => `${watched.has(key) ? 0 : 1}${key}`;
  const describe = (name: string, changed: readonly ChangedKey[]): ItemDifference => ({
    name,
    ...counts(changed),
    entries: changed
      .toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))
      .slice(0, SHOWN_ENTRIES)
      .flatMap(show),
  });
  const difference = { first: [] as ItemDifference[], once: [] as ItemDifference[] };
  const often: { name: string; keys: number }[] = [];
  let hidden = 0;
  const list = <Item>(items: Item[], item: () => Item): void => {
    if (items.length < SHOWN_ITEMS) items.push(item());
    else hidden += 1;
  };
  const place = (name: string) => `${RULING.test(name) ? 0 : OWNING.test(name) ? 1 : 2}${name}`;
  for (const [name, changed] of [...items].sort(([a], [b]) => (place(a) < place(b) ? -1 : 1))) {
    const first = RULING.test(name) || OWNING.test(name);
    const [seen, rest] = [
      changed.filter(({ key }) => first || watched.has(key)),
      changed.filter(({ key }) => !first && !watched.has(key)),
    ];
    if (seen.length > 0) list(difference.first, () => describe(name, seen));
    if (rest.length === 0) continue;
    if (routine.has(name)) list(often, () => ({ name, keys: rest.length }));
    else list(difference.once, () => describe(name, rest));
  }
  return { ...difference, routine: often, hidden };
}

function counts(changed: readonly ChangedKey[]): Pick<ItemDifference, 'added' | 'changed' | 'removed'> {
  const added = changed.filter(({ before }) => before === null).length;
  const removed = changed.filter(({ after }) => after === null).length;
  return { added, removed, changed: changed.length - added - removed };
}

/** Names of the items that these keys belong to. */
export function itemNames(keys: Iterable<Hex>, runtime: ChainRuntime): Set<string> {
  const names = new StorageNames(runtime);
  return new Set([...keys].flatMap((key) => names.nameOf(key) ?? []));
}

export function isSame({ before, after }: ChangedKey): boolean {
  return before === null || after === null ? before === after : equalBytes(before, after);
}

/** Hex digits of a key's pallet and item: two twox-128 hashes. */
const PREFIX_DIGITS = 2 + 64;

/** Storage of one runtime by its keys. */
class StorageNames {
  readonly #runtime: ChainRuntime;
  readonly #entries = new Map<string, StorageEntry>();

  constructor(runtime: ChainRuntime) {
    this.#runtime = runtime;
    for (const pallet of Object.values(runtime.meta.query)) {
      for (const entry of Object.values(pallet)) this.#entries.set(toHex(entry.keyPrefix()), entry);
    }
  }

  nameOf(key: Hex): string | undefined {
    const entry = this.#entryOf(key);
    if (entry) return oneLine(`${entry.prefix}.${entry.meta.name.toString()}`, LONGEST_NAME);
    const bytes = fromHex(key);
    // Well-known keys are words that begin with a colon, such as `:code`.
    return bytes[0] === 0x3a && bytes.every((byte) => byte > 0x1f && byte < 0x7f)
      ? String.fromCharCode(...bytes.subarray(0, 80))
      : undefined;
  }

  argumentsOf(key: Hex): string[] {
    const entry = this.#entryOf(key);
    if (!entry || key.length === PREFIX_DIGITS || key.length > LONGEST_KEY) return [];
    try {
      const decoded = this.#runtime.registry.createType('StorageKey', key) as StorageKey;
      decoded.setMeta(entry.meta, entry.section, entry.method);
      return decoded.args
        .slice(0, SHOWN_ARGUMENTS)
        .map((argument) => oneLine(argument.toString(), LONGEST_VALUE));
    } catch {
      return [];
    }
  }

  show(key: Hex, value: Uint8Array): string {
    if (value.length > LONGEST_DECODED)
      return `${value.length} bytes, blake2-256 ${toHex(blake2b256(value))}`;
    const entry = this.#entryOf(key);
    if (!entry) return toHex(value).slice(0, LONGEST_VALUE);
    try {
      const { registry } = this.#runtime;
      const decoded = registry.createTypeUnsafe(unwrapStorageType(registry, entry.meta.type), [value]);
      return oneLine(JSON.stringify(decoded.toHuman()), LONGEST_VALUE);
    } catch {
      return toHex(value).slice(0, LONGEST_VALUE);
    }
  }

  #entryOf(key: Hex): StorageEntry | undefined {
    const entry = this.#entries.get(key.slice(0, PREFIX_DIGITS));
    // A plain item has no longer keys.
    return entry?.meta.type.isPlain && key.length !== PREFIX_DIGITS ? undefined : entry;
  }
}
