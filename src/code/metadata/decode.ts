import { MalformedBytes } from '../../bytes/reader.ts';
import { ScaleReader } from '../../bytes/scale.ts';
import type {
  ApiInfo,
  ConstantInfo,
  ExtensionInfo,
  PalletInfo,
  RuntimeMetadata,
  StorageInfo,
  TypeField,
  TypeInfo,
  TypeShape,
  TypeVariant,
} from './types.ts';

/** `meta` */
const MAGIC = 0x6174656d;
const OLDEST = 14;
const NEWEST = 15;
/** Types, fields, variants and whatever else is listed, in all: Kusama's metadata has some fifty thousand. */
const MOST_ITEMS = 1_000_000;
const LONGEST_NAME = 1_000;
const PRIMITIVES = [
  'bool',
  'char',
  'str',
  'u8',
  'u16',
  'u32',
  'u64',
  'u128',
  'u256',
  'i8',
  'i16',
  'i32',
  'i64',
  'i128',
  'i256',
];
const HASHERS = [
  'Blake2_128',
  'Blake2_256',
  'Blake2_128Concat',
  'Twox128',
  'Twox256',
  'Twox64Concat',
  'Identity',
];

/**
 * Metadata of version 14 or 15 (frame-metadata's `RuntimeMetadataPrefixed`), without documentation and what concerns no comparison. What hostile
 * code may claim is bounded by the bytes that it gives and by `MOST_ITEMS`.
 * @throws MalformedBytes
 */
export function decodeMetadata(bytes: Uint8Array): RuntimeMetadata {
  const reader = new MetadataReader(bytes, 'metadata');
  if (reader.u32() !== MAGIC) throw reader.malformed('does not begin with its mark');
  const version = reader.u8();
  if (version < OLDEST || version > NEWEST)
    throw reader.malformed(`is of version ${version}; ${OLDEST} and ${NEWEST} can be read here`);
  const types = new Map<number, TypeInfo>();
  for (const [id, type] of reader.many(() => [reader.compact(), readType(reader)] as const))
    types.set(id, type);
  const pallets = reader.many(() => readPallet(reader, version));
  const extrinsic = version === OLDEST ? extrinsicOf14(reader) : extrinsicOf15(reader);
  reader.compact();
  const apis = version === OLDEST ? null : reader.many(() => readApi(reader));
  const metadata = { version, types, pallets, ...extrinsic, apis };
  requireTypes(metadata);
  return metadata;
}

class MetadataReader extends ScaleReader {
  #left = MOST_ITEMS;

  many<T>(item: () => T): T[] {
    return this.list(() => {
      this.#left -= 1;
      if (this.#left < 0) throw this.malformed(`lists more than ${MOST_ITEMS} things`);
      return item();
    });
  }

  name(): string {
    const length = this.compact();
    if (length > LONGEST_NAME) throw this.malformed(`has a name of ${length} bytes`);
    return this.text(length);
  }

  passDocs(): void {
    this.many(() => this.view(this.compact()));
  }
}

function readType(reader: MetadataReader): TypeInfo {
  const path = reader.many(() => reader.name());
  const params = reader.many(() => {
    reader.name();
    return reader.option(() => reader.compact());
  });
  const shape = readShape(reader);
  reader.passDocs();
  return { path, params, shape };
}

function readShape(reader: MetadataReader): TypeShape {
  const kind = reader.u8();
  switch (kind) {
    case 0:
      return { kind: 'composite', fields: readFields(reader) };
    case 1:
      return { kind: 'variant', variants: reader.many(() => readVariant(reader)) };
    case 2:
      return { kind: 'sequence', of: reader.compact() };
    case 3: {
      const length = reader.u32();
      return { kind: 'array', length, of: reader.compact() };
    }
    case 4:
      return { kind: 'tuple', of: reader.many(() => reader.compact()) };
    case 5:
      return { kind: 'primitive', name: named(reader, PRIMITIVES, 'a primitive type') };
    case 6:
      return { kind: 'compact', of: reader.compact() };
    case 7:
      return { kind: 'bits', store: reader.compact(), order: reader.compact() };
    default:
      throw reader.malformed(`has a type of kind ${kind}`);
  }
}

function readVariant(reader: MetadataReader): TypeVariant {
  const name = reader.name();
  const fields = readFields(reader);
  const index = reader.u8();
  reader.passDocs();
  return { name, index, fields };
}

function readFields(reader: MetadataReader): TypeField[] {
  return reader.many(() => {
    const name = reader.option(() => reader.name());
    const type = reader.compact();
    // How the source spells the type: another spelling is no difference.
    reader.option(() => reader.view(reader.compact()));
    reader.passDocs();
    return { name, type };
  });
}

function readPallet(reader: MetadataReader, version: number): PalletInfo {
  const name = reader.name();
  const storage = reader.option(() => {
    reader.name();
    return reader.many(() => readStorage(reader));
  });
  const calls = reader.option(() => reader.compact());
  const events = reader.option(() => reader.compact());
  const constants = reader.many((): ConstantInfo => {
    const constant = { name: reader.name(), type: reader.compact(), value: reader.vec() };
    reader.passDocs();
    return constant;
  });
  const errors = reader.option(() => reader.compact());
  const index = reader.u8();
  if (version > OLDEST) reader.passDocs();
  return { name, index, storage: storage ?? [], calls, events, errors, constants };
}

function readStorage(reader: MetadataReader): StorageInfo {
  const name = reader.name();
  const modifier = reader.u8();
  if (modifier > 2) throw reader.malformed(`has storage of kind ${modifier}`);
  const isMap = reader.u8();
  if (isMap > 1) throw reader.malformed(`has storage of kind ${isMap}`);
  const hashers = isMap === 1 ? reader.many(() => named(reader, HASHERS, 'a hasher')) : [];
  const key = isMap === 1 ? reader.compact() : null;
  const value = reader.compact();
  const fallback = reader.vec();
  reader.passDocs();
  return { name, isOptional: modifier === 0, hashers, key, value, fallback };
}

function extrinsicOf14(reader: MetadataReader) {
  reader.compact();
  const extrinsic = reader.u8();
  return { extrinsic, extensions: reader.many(() => readExtension(reader)) };
}

function extrinsicOf15(reader: MetadataReader) {
  const extrinsic = reader.u8();
  // Types of addresses, calls, signatures and all extensions together.
  for (let type = 0; type < 4; type++) reader.compact();
  return { extrinsic, extensions: reader.many(() => readExtension(reader)) };
}

function readExtension(reader: MetadataReader): ExtensionInfo {
  return { name: reader.name(), type: reader.compact(), implicit: reader.compact() };
}

function readApi(reader: MetadataReader): ApiInfo {
  const name = reader.name();
  const methods = reader.many(() => {
    const method = reader.name();
    const inputs = reader.many((): TypeField => ({ name: reader.name(), type: reader.compact() }));
    const output = reader.compact();
    reader.passDocs();
    return { name: method, inputs, output };
  });
  reader.passDocs();
  return { name, methods };
}

function named(reader: MetadataReader, names: readonly string[], what: string): string {
  const name = names[reader.u8()];
  if (name === undefined) throw reader.malformed(`has ${what} that is not known`);
  return name;
}

/** Whatever is named as a type is one. */
function requireTypes({ types, pallets, extensions, apis }: RuntimeMetadata): void {
  const need = (id: number | null): void => {
    if (id !== null && !types.has(id))
      throw new MalformedBytes(`the metadata names a type ${id} that it does not have`);
  };
  for (const { params, shape } of types.values()) {
    for (const id of [...params, ...childrenOf(shape)]) need(id);
  }
  for (const { storage, calls, events, errors, constants } of pallets) {
    for (const id of [calls, events, errors, ...constants.map(({ type }) => type)]) need(id);
    for (const { key, value } of storage) for (const id of [key, value]) need(id);
  }
  for (const { type, implicit } of extensions) for (const id of [type, implicit]) need(id);
  for (const { methods } of apis ?? []) {
    for (const { inputs, output } of methods)
      for (const id of [output, ...inputs.map(({ type }) => type)]) need(id);
  }
}

/** The types that a type is made of. */
export function childrenOf(shape: TypeShape): number[] {
  switch (shape.kind) {
    case 'composite':
      return shape.fields.map(({ type }) => type);
    case 'variant':
      return shape.variants.flatMap(({ fields }) => fields.map(({ type }) => type));
    case 'sequence':
    case 'array':
    case 'compact':
      return [shape.of];
    case 'tuple':
      return [...shape.of];
    case 'bits':
      return [shape.store, shape.order];
    case 'primitive':
      return [];
  }
}
