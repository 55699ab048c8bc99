import { Metadata, TypeRegistry } from '@polkadot/types';
import type {
  PortableTypeV14,
  SiType,
  SiVariant,
  StorageEntryMetadataLatest,
} from '@polkadot/types/interfaces';
import { toHex } from '../../../bytes/hex.ts';
import { type ItemLayout, type KeyLayout, STORAGE_HASHERS } from './power-layout.ts';
import { NOTHING, type Shape, widthOf } from './shape.ts';

/** Types nested deeper than this are not balances; it also ends recursive ones. */
const DEEPEST = 16;
/** Metadata of the kind that `Metadata_metadata` and `state_getMetadata` give begins with this: `meta`. */
const MAGIC = [0x6d, 0x65, 0x74, 0x61];

const UINTS: Readonly<Record<string, number>> = { U8: 1, U16: 2, U32: 4, U64: 8, U128: 16, U256: 32 };
const SIGNED: Readonly<Record<string, number>> = {
  I8: 1,
  I16: 2,
  I32: 4,
  I64: 8,
  I128: 16,
  I256: 32,
  Char: 4,
};

/** Storage items and types of a runtime, from its metadata of version 14 or later. */
export class MetadataShapes {
  readonly #types: readonly PortableTypeV14[];
  readonly #entries = new Map<
    string,
    { readonly prefix: string; readonly entry: StorageEntryMetadataLatest }
  >();
  readonly #pallets = new Map<string, string[]>();
  readonly #shapes = new Map<string, Shape>();

  /**
   * `bytes` as the RPC gives them or as `Metadata_metadata_at_version` does, still wrapped as an option of a byte list.
   * Throws whatever the decoder throws for anything else.
   */
  constructor(bytes: Uint8Array) {
    const metadata = new Metadata(new TypeRegistry(), unwrapped(bytes));
    if (metadata.version < 14) throw new Error(`metadata version ${metadata.version} carries no types`);
    const { lookup, pallets } = metadata.asLatest;
    this.#types = [...lookup.types];
    for (const pallet of pallets) {
      const name = pallet.name.toString();
      const names: string[] = [];
      this.#pallets.set(name, names);
      if (pallet.storage.isNone) continue;
      const storage = pallet.storage.unwrap();
      for (const entry of storage.items) {
        names.push(entry.name.toString());
        this.#entries.set(`${name}.${entry.name.toString()}`, { prefix: storage.prefix.toString(), entry });
      }
    }
  }

  pallets(): string[] {
    return [...this.#pallets.keys()];
  }

  items(pallet: string): string[] | null {
    return this.#pallets.get(pallet) ?? null;
  }

  /** The item's layout and the shapes of its keys, or null when there is no such item. */
  item(name: string): { readonly layout: ItemLayout; readonly keys: readonly Shape[] } | null {
    const found = this.#entries.get(name);
    if (found === undefined) return null;
    const { prefix, entry } = found;
    const map = entry.type.isMap ? entry.type.asMap : null;
    const hashers = map === null ? [] : map.hashers.map((hasher) => hasherNamed(hasher.toString()));
    const keys = map === null ? [] : this.#keys(map.key.toNumber(), hashers.length);
    const value = this.#shape((map === null ? entry.type.asPlain : map.value).toNumber(), 0);
    const fallback = entry.modifier.isOptional ? null : entry.fallback.toU8a(true);
    const layout: ItemLayout = {
      prefix,
      item: entry.name.toString(),
      keys: hashers.map((hasher, index) => {
        const shape = keys[index] ?? NOTHING;
        return { hasher, bytes: widthOf(shape), number: shape.kind === 'uint' };
      }),
      value,
      absent: fallback === null || fallback.every((byte) => byte === 0) ? null : toHex(fallback),
    };
    return { layout, keys };
  }

  /** The key of a map with several hashers is a tuple. */
  #keys(id: number, count: number): Shape[] {
    if (count === 1) return [this.#shape(id, 0)];
    const { def } = this.#type(id);
    return def.isTuple ? def.asTuple.map((part) => this.#shape(part.toNumber(), 0)) : [];
  }

  #type(id: number): SiType {
    const type = this.#types[id]?.type;
    if (type === undefined) throw new Error(`type ${id} is missing in the metadata`);
    return type;
  }

  #shape(id: number, depth: number): Shape {
    if (depth > DEEPEST) return { kind: 'unknown', why: 'a type nested too deeply' };
    const key = `${id} ${depth}`;
    let shape = this.#shapes.get(key);
    if (shape === undefined) {
      shape = this.#read(id, depth);
      this.#shapes.set(key, shape);
    }
    return shape;
  }

  #read(id: number, depth: number): Shape {
    const { def, path } = this.#type(id);
    const of = (inner: { toNumber(): number }): Shape => this.#shape(inner.toNumber(), depth + 1);
    if (def.isPrimitive) return primitive(def.asPrimitive.type);
    if (def.isCompact) return isEmpty(of(def.asCompact.type)) ? NOTHING : { kind: 'compact' };
    if (def.isSequence) {
      const element = of(def.asSequence.type);
      return isByte(element) ? { kind: 'blob' } : { kind: 'list', of: element };
    }
    if (def.isArray) {
      const element = of(def.asArray.type);
      const length = def.asArray.len.toNumber();
      return isByte(element) ? { kind: 'bytes', length } : { kind: 'array', of: element, length };
    }
    if (def.isTuple) return struct(def.asTuple.map((part) => [null, of(part)]));
    if (def.isComposite) {
      return struct(
        def.asComposite.fields.map(({ name, type }) => [
          name.isSome ? name.unwrap().toString() : null,
          of(type),
        ]),
      );
    }
    if (def.isVariant) {
      const { variants } = def.asVariant;
      const [, some] = variants;
      const inner = some?.fields[0];
      if (path.length === 1 && path[0]?.toString() === 'Option' && inner !== undefined) {
        const shape = of(inner.type);
        // parity-scale-codec gives Option<bool> one byte of its own.
        return shape.kind === 'bool' ? { kind: 'bytes', length: 1 } : { kind: 'option', of: shape };
      }
      return { kind: 'enum', variants: variants.map((variant) => this.#variant(variant, depth)) };
    }
    return { kind: 'unknown', why: def.type };
  }

  #variant({ index, name, fields }: SiVariant, depth: number): readonly [number, string, Shape] {
    const parts = fields.map(
      ({ name: field, type }) =>
        [field.isSome ? field.unwrap().toString() : null, this.#shape(type.toNumber(), depth + 1)] as const,
    );
    return [index.toNumber(), name.toString(), struct(parts)];
  }
}

function hasherNamed(name: string): KeyLayout['hasher'] {
  const hasher = STORAGE_HASHERS.find((known) => known === name);
  if (hasher === undefined) throw new Error(`the storage hasher ${name} is not known`);
  return hasher;
}

function unwrapped(bytes: Uint8Array): Uint8Array {
  for (let start = 0; start <= 6 && start + 4 <= bytes.length; start++) {
    if (MAGIC.every((byte, index) => bytes[start + index] === byte)) return bytes.subarray(start);
  }
  throw new Error('it does not begin as metadata does');
}

function primitive(name: string): Shape {
  const bytes = UINTS[name];
  if (bytes !== undefined) return { kind: 'uint', bytes };
  const length = SIGNED[name];
  if (length !== undefined) return { kind: 'bytes', length };
  if (name === 'Bool') return { kind: 'bool' };
  return name === 'Str' ? { kind: 'blob' } : { kind: 'unknown', why: name };
}

/** One unnamed field is a wrapper and disappears; several get their positions as names. */
function struct(fields: readonly (readonly [string | null, Shape])[]): Shape {
  const [first] = fields;
  if (fields.length === 1 && first !== undefined && first[0] === null) return first[1];
  return { kind: 'struct', fields: fields.map(([name, shape], index) => [name ?? String(index), shape]) };
}

function isByte(shape: Shape): boolean {
  return shape.kind === 'uint' && shape.bytes === 1;
}

function isEmpty(shape: Shape): boolean {
  return shape.kind === 'struct' && shape.fields.length === 0;
}
