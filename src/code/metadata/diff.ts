import { equalBytes } from '../../bytes/bytes.ts';
import { type Fingerprints, fingerprintsOf } from './fingerprints.ts';
import { differenceInside } from './inside.ts';
import { fieldsText, nameOf, typeText } from './names.ts';
import type {
  ApiMethod,
  ConstantInfo,
  PalletInfo,
  RuntimeMetadata,
  StorageInfo,
  TypeField,
  Types,
  TypeVariant,
} from './types.ts';
import { valueChanges, valueText } from './values.ts';

/** Something that both runtimes have, and that is not the same in both. */
export interface Change {
  readonly name: string;
  /** What changed, each in one line. */
  readonly changes: readonly string[];
}

/** Things of one kind: those that only one of the two has, with how they are written, and those that differ. */
export interface Differences {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly Change[];
}

export interface PalletDifference {
  readonly name: string;
  /** Its number in calls and events; null when that stayed. */
  readonly index: { readonly before: number; readonly after: number } | null;
  readonly calls: Differences;
  readonly events: Differences;
  readonly errors: Differences;
  readonly storage: Differences;
  readonly constants: Differences;
}

export interface MetadataDifference {
  readonly pallets: {
    readonly added: readonly { readonly name: string; readonly index: number }[];
    readonly removed: readonly { readonly name: string; readonly index: number }[];
    readonly changed: readonly PalletDifference[];
  };
  /** Functions of runtime APIs, `Trait.function`; null where one of the two does not tell (metadata of version 14). */
  readonly apiFunctions: Differences | null;
  /** What transactions carry besides their call, as signers need it. */
  readonly extensions: Differences & {
    /** Null when the order stayed. */
    readonly order: { readonly before: readonly string[]; readonly after: readonly string[] } | null;
  };
  /** Version of the format of extrinsics; null when that stayed. */
  readonly extrinsic: { readonly before: number; readonly after: number } | null;
}

interface Side {
  readonly types: Types;
  readonly prints: Fingerprints;
}

/** What changes for those who use the runtime: by what is encoded and named, not by how the source spells it. */
export function diffMetadata(before: RuntimeMetadata, after: RuntimeMetadata): MetadataDifference {
  const [old, now] = fingerprintsOf(before.types, after.types);
  const compare = comparer({ types: before.types, prints: old }, { types: after.types, prints: now });
  const pairs = matched(before.pallets, after.pallets);
  return {
    pallets: {
      added: pairs.added.map(shownPallet),
      removed: pairs.removed.map(shownPallet),
      changed: pairs.both.map(([one, other]) => compare.pallet(one, other)).filter(isChanged),
    },
    apiFunctions:
      before.apis === null || after.apis === null
        ? null
        : compare.functions(functionsOf(before.apis), functionsOf(after.apis)),
    extensions: compare.extensions(before, after),
    extrinsic:
      before.extrinsic === after.extrinsic ? null : { before: before.extrinsic, after: after.extrinsic },
  };
}

function comparer(before: Side, after: Side) {
  const isSame = (one: number, other: number): boolean => before.prints.get(one) === after.prints.get(other);

  /** In one line how the second type differs; null when it does not. */
  const typeChange = (what: string, one: number, other: number): string | null => {
    if (isSame(one, other)) return null;
    const [text, next] = [typeText(before.types, one), typeText(after.types, other)];
    if (text !== next) return `${what}: ${text} → ${next}`;
    return `${what}: ${text} changed inside: ${differenceInside(before, after, one, other)}`;
  };

  const fieldsChange = (one: readonly TypeField[], other: readonly TypeField[]): string[] => {
    const isSimilar = one.length === other.length && one.every(({ name }, at) => name === other[at]?.name);
    if (!isSimilar) return [`${fieldsText(before.types, one)} → ${fieldsText(after.types, other)}`];
    return one.flatMap((field, at) => {
      const change = typeChange(
        field.name === null ? `value ${at}` : nameOf(field.name),
        field.type,
        other[at]?.type ?? 0,
      );
      return change === null ? [] : [change];
    });
  };

  const variantsOf = ({ types }: Side, id: number | null): readonly TypeVariant[] => {
    const shape = id === null ? undefined : types.get(id)?.shape;
    return shape?.kind === 'variant' ? shape.variants : [];
  };

  const variants = (one: number | null, other: number | null): Differences =>
    differences(variantsOf(before, one), variantsOf(after, other), {
      before: ({ name, fields }) =>
        `${nameOf(name)}${fields.length === 0 ? '' : fieldsText(before.types, fields)}`,
      after: ({ name, fields }) =>
        `${nameOf(name)}${fields.length === 0 ? '' : fieldsText(after.types, fields)}`,
      changes: (a, b) => [
        ...(a.index === b.index ? [] : [`number ${a.index} → ${b.index}`]),
        ...fieldsChange(a.fields, b.fields),
      ],
    });

  const storage = (one: readonly StorageInfo[], other: readonly StorageInfo[]): Differences =>
    differences(one, other, {
      before: (item) => storageText(before.types, item),
      after: (item) => storageText(after.types, item),
      changes: (a, b) => [
        ...(a.hashers.join() === b.hashers.join()
          ? []
          : [`hashers: ${a.hashers.join(', ') || 'none'} → ${b.hashers.join(', ') || 'none'}`]),
        ...(a.key === null || b.key === null ? [] : toList(typeChange('key', a.key, b.key))),
        ...toList(typeChange('value', a.value, b.value)),
        ...(a.isOptional === b.isOptional
          ? []
          : [a.isOptional ? 'has a default value now' : 'has no default value any more']),
        ...(a.isOptional || b.isOptional || equalBytes(a.fallback, b.fallback)
          ? []
          : [
              `default: ${valueText(before.types, a.value, a.fallback)} → ${valueText(after.types, b.value, b.fallback)}`,
            ]),
      ],
    });

  const constants = (one: readonly ConstantInfo[], other: readonly ConstantInfo[]): Differences =>
    differences(one, other, {
      before: ({ name, type, value }) => `${nameOf(name)} = ${valueText(before.types, type, value)}`,
      after: ({ name, type, value }) => `${nameOf(name)} = ${valueText(after.types, type, value)}`,
      changes: (a, b) => [
        ...toList(typeChange('type', a.type, b.type)),
        ...(equalBytes(a.value, b.value)
          ? []
          : valueChanges(
              { types: before.types, id: a.type, bytes: a.value },
              { types: after.types, id: b.type, bytes: b.value },
            )),
      ],
    });

  const pallet = (one: PalletInfo, other: PalletInfo): PalletDifference => ({
    name: nameOf(one.name),
    index: one.index === other.index ? null : { before: one.index, after: other.index },
    calls: variants(one.calls, other.calls),
    events: variants(one.events, other.events),
    errors: variants(one.errors, other.errors),
    storage: storage(one.storage, other.storage),
    constants: constants(one.constants, other.constants),
  });

  const functions = (one: readonly ApiMethod[], other: readonly ApiMethod[]): Differences =>
    differences(one, other, {
      before: (method) => methodText(before.types, method),
      after: (method) => methodText(after.types, method),
      changes: (a, b) => [
        ...fieldsChange(a.inputs, b.inputs),
        ...toList(typeChange('answer', a.output, b.output)),
      ],
    });

  const extensions = (one: RuntimeMetadata, other: RuntimeMetadata): MetadataDifference['extensions'] => {
    const found = differences(one.extensions, other.extensions, {
      before: ({ name }) => nameOf(name),
      after: ({ name }) => nameOf(name),
      changes: (a, b) => [
        ...toList(typeChange('in the transaction', a.type, b.type)),
        ...toList(typeChange('signed besides', a.implicit, b.implicit)),
      ],
    });
    const names = (metadata: RuntimeMetadata) => metadata.extensions.map(({ name }) => nameOf(name));
    const [old, now] = [names(one), names(other)];
    return { ...found, order: old.join() === now.join() ? null : { before: old, after: now } };
  };

  return { pallet, functions, extensions };
}

function differences<Item extends { readonly name: string }>(
  before: readonly Item[],
  after: readonly Item[],
  how: {
    readonly before: (item: Item) => string;
    readonly after: (item: Item) => string;
    readonly changes: (one: Item, other: Item) => readonly string[];
  },
): Differences {
  const { added, removed, both } = matched(before, after);
  return {
    added: added.map(how.after),
    removed: removed.map(how.before),
    changed: both
      .map(([one, other]) => ({ name: nameOf(one.name), changes: how.changes(one, other) }))
      .filter(({ changes }) => changes.length > 0),
  };
}

/** By name: what only one of the two has, and what both have. */
function matched<Item extends { readonly name: string }>(before: readonly Item[], after: readonly Item[]) {
  const old = new Map(before.map((item) => [item.name, item]));
  const now = new Map(after.map((item) => [item.name, item]));
  return {
    added: [...now.values()].filter(({ name }) => !old.has(name)),
    removed: [...old.values()].filter(({ name }) => !now.has(name)),
    both: [...old.values()].flatMap((item): [Item, Item][] => {
      const other = now.get(item.name);
      return other ? [[item, other]] : [];
    }),
  };
}

function functionsOf(apis: NonNullable<RuntimeMetadata['apis']>): ApiMethod[] {
  return apis.flatMap((api) =>
    api.methods.map((method) => ({ ...method, name: `${api.name}.${method.name}` })),
  );
}

function storageText(types: Types, { name, key, value }: StorageInfo): string {
  return `${nameOf(name)}: ${key === null ? '' : `${typeText(types, key)} → `}${typeText(types, value)}`;
}

function methodText(types: Types, { name, inputs, output }: ApiMethod): string {
  return `${nameOf(name)}${fieldsText(types, inputs)} → ${typeText(types, output)}`;
}

function shownPallet({ name, index }: PalletInfo) {
  return { name: nameOf(name), index };
}

function toList(change: string | null): string[] {
  return change === null ? [] : [change];
}

export function isEmpty({ added, removed, changed }: Differences): boolean {
  return added.length === 0 && removed.length === 0 && changed.length === 0;
}

function isChanged({ index, calls, events, errors, storage, constants }: PalletDifference): boolean {
  return index !== null || [calls, events, errors, storage, constants].some((each) => !isEmpty(each));
}
