import { concatBytes } from '../../bytes/bytes.ts';
import { fromHex } from '../../bytes/hex.ts';
import { RescueError } from '../../domain/errors.ts';
import { ProofError } from '../../proof/error.ts';
import { hashMapKey, storagePrefix } from '../../proof/storage-key.ts';
import type { ItemLayout, PowerLayout } from './layout/power-layout.ts';
import { type Decoded, decodeShape } from './layout/shape.ts';

/** A value read with its proof, in the order of the keys; null where the proof shows that there is none. */
export type ProvenValue = Uint8Array | null;

const prefixes = new WeakMap<ItemLayout, Uint8Array>();

/** Layouts are values that never change; a census asks for the same prefix a million times. */
function prefixOf(item: ItemLayout): Uint8Array {
  let prefix = prefixes.get(item);
  if (prefix === undefined) {
    prefix = storagePrefix(item.prefix, item.item);
    prefixes.set(item, prefix);
  }
  return prefix;
}

/** What an adapter reads storage through: keys and values by the layout of one chain. */
export class PowerStorage {
  readonly layout: PowerLayout;
  /** False while keys are found by reading, when a value that is null may just not be known yet. */
  readonly complete: boolean;
  readonly #get: (key: Uint8Array) => ProvenValue;

  constructor(layout: PowerLayout, get: (key: Uint8Array) => ProvenValue, complete = true) {
    this.layout = layout;
    this.complete = complete;
    this.#get = get;
  }

  /** @throws RESCUE_POLICY_UNEXECUTABLE when the layout lacks the item. */
  item(name: string): ItemLayout {
    const item = Object.hasOwn(this.layout.items, name) ? this.layout.items[name] : undefined;
    if (item !== undefined) return item;
    throw new RescueError(
      'RESCUE_POLICY_UNEXECUTABLE',
      `The policy counts ${name}, but its layout was not read from the para's metadata.`,
    );
  }

  /** The decoded value, or null when there is none. */
  read(name: string, ...keys: readonly Uint8Array[]): Decoded | null {
    const item = this.item(name);
    if (item.keys.length !== keys.length) {
      throw new RescueError(
        'RESCUE_POLICY_UNEXECUTABLE',
        `${name} of this para has ${item.keys.length} keys, not ${keys.length}.`,
      );
    }
    const hashed = item.keys.map(({ hasher }, index) =>
      hashMapKey({ hasher, key: keys[index] ?? new Uint8Array() }),
    );
    const found = this.#get(concatBytes(prefixOf(item), ...hashed));
    const bytes = found ?? (item.absent === null ? null : fromHex(item.absent));
    return bytes === null
      ? null
      : this.decoded(name, () => decodeShape(item.value, bytes, `The value of ${name}`));
  }

  /** SCALE encoding of an asset id for the given key of an item: hex as it is, numbers in the key's width. */
  assetKey(name: string, index: number, asset: number | string): Uint8Array {
    if (typeof asset === 'string') return fromHex(asset);
    const width = this.item(name).keys[index]?.bytes ?? 4;
    const bytes = new Uint8Array(width);
    for (let i = 0, rest = BigInt(asset); i < width; i++, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
    return bytes;
  }

  /** @throws RESCUE_PROOF_INVALID for bytes that the layout doesn't fit. */
  decoded<T>(name: string, decode: () => T): T {
    try {
      return decode();
    } catch (cause) {
      if (!(cause instanceof ProofError)) throw cause;
      throw new RescueError(
        'RESCUE_PROOF_INVALID',
        `The proven value of ${name} cannot be read, because this para's storage layout differs from the expected one: ${cause.message}.`,
        { cause },
      );
    }
  }
}
