import { z } from 'zod';
import { isHex } from '../../../bytes/hex.ts';
import { RescueError } from '../../../domain/errors.ts';
import type { Hex } from '../../../domain/units.ts';
import { type Shape, shapeSchema } from './shape.ts';

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
