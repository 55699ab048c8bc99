import { z } from 'zod';
import { concatBytes } from '../../../bytes/bytes.ts';
import { RescueError } from '../../../domain/errors.ts';
import { fromHex, type Hex, isHex } from '../../../domain/units.ts';
import { ProofError } from '../../../proof/error.ts';
import { hashMapKey, storagePrefix } from '../../../proof/storage-key.ts';
import type { ProvenValue } from '../power-adapter.ts';
import { type Decoded, decodeShape, type Shape, shapeSchema } from './shape.ts';

export const STORAGE_HASHERS = [
  'Blake2_128',
  'Blake2_128Concat',
  'Blake2_256',
  'Twox128',
  'Twox64Concat',
  'Twox256',
  'Identity',
] as const;

/** One key of a storage map. */
export interface KeyLayout {
  readonly hasher: (typeof STORAGE_HASHERS)[number];
  /** Bytes of the key's SCALE encoding, or null when they vary. */
  readonly bytes: number | null;
  /** True for an unsigned integer, so that an asset's number can be encoded. */
  readonly number: boolean;
}

/** A storage item as the para's own metadata describes it. */
export interface ItemLayout {
  /** The pallet's name in storage keys; nearly always the one in the metadata. */
  readonly prefix: string;
  readonly item: string;
  readonly keys: readonly KeyLayout[];
  readonly value: Shape;
  /** The value that an absent entry stands for, when it isn't all zeros. */
  readonly absent: Hex | null;
}

/** Layout of all storage that a policy's power needs, by `Pallet.Item`. Plain JSON, to be kept with the anchor. */
export interface PowerLayout {
  readonly version: 1;
  /** Bytes of an account id on this chain. */
  readonly accountBytes: 20 | 32;
  readonly items: Readonly<Record<string, ItemLayout>>;
}

const itemSchema = z.strictObject({
  prefix: z.string().min(1).max(100),
  item: z.string().min(1).max(100),
  keys: z
    .array(
      z.strictObject({
        hasher: z.enum(STORAGE_HASHERS),
        bytes: z.int().min(0).max(65_536).nullable(),
        number: z.boolean(),
      }),
    )
    .max(8),
  value: shapeSchema,
  absent: z.custom<Hex>(isHex, 'must be hex').nullable(),
}) satisfies z.ZodType<ItemLayout>;

const layoutSchema = z.strictObject({
  version: z.literal(1),
  accountBytes: z.union([z.literal(20), z.literal(32)]),
  items: z.record(z.string().regex(/^\w{1,100}\.\w{1,100}$/), itemSchema),
}) satisfies z.ZodType<PowerLayout>;

/**
 * A layout from JSON that was stored, or came with evidence.
 * @throws RESCUE_PROOF_INVALID when it is none.
 */
export function parsePowerLayout(input: unknown): PowerLayout {
  try {
    const parsed = layoutSchema.safeParse(input);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new RescueError(
      'RESCUE_PROOF_INVALID',
      `The storage layout is malformed at ${issue?.path.join('.') || 'its top'}: ${issue?.message}.`,
    );
  } catch (cause) {
    if (cause instanceof RescueError) throw cause;
    // Nested deeper than any type of a runtime: the call stack was exhausted.
    throw new RescueError('RESCUE_PROOF_INVALID', 'The storage layout is nested too deeply.', { cause });
  }
}

const u32: Shape = { kind: 'uint', bytes: 4 };
const u128: Shape = { kind: 'uint', bytes: 16 };

/**
 * `System.Account` and `Balances.TotalIssuance` as FRAME has had them since 2023: what is assumed where nobody read the
 * para's metadata. The length of the account's key is left open, so both kinds of account are served.
 */
export const STANDARD_LAYOUT: PowerLayout = {
  version: 1,
  accountBytes: 32,
  items: {
    'System.Account': {
      prefix: 'System',
      item: 'Account',
      keys: [{ hasher: 'Blake2_128Concat', bytes: null, number: false }],
      value: {
        kind: 'struct',
        fields: [
          ...['nonce', 'consumers', 'providers', 'sufficients'].map((name) => [name, u32] as const),
          [
            'data',
            {
              kind: 'struct',
              fields: ['free', 'reserved', 'frozen', 'flags'].map((name) => [name, u128] as const),
            },
          ],
        ],
      },
      absent: null,
    },
    'Balances.TotalIssuance': {
      prefix: 'Balances',
      item: 'TotalIssuance',
      keys: [],
      value: u128,
      absent: null,
    },
  },
};

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
  readonly #get: (key: Uint8Array) => ProvenValue;

  constructor(layout: PowerLayout, get: (key: Uint8Array) => ProvenValue) {
    this.layout = layout;
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
