import { Compact, Enum, Int, Option, Struct, Tuple, UInt } from '@polkadot/types';
import type { Codec } from '@polkadot/types/types';
import { stringCamelCase } from '@polkadot/util';

/**
 * A value of a call as JSON, as polkadot-js writes it, but for whole numbers above 2^53: those are decimal text and no hex, since people hold them
 * against what they meant.
 */
export function shownValue(value: Codec): unknown {
  if (value instanceof UInt || value instanceof Int) {
    const number = value.toBigInt();
    return Number.isSafeInteger(Number(number)) ? Number(number) : String(number);
  }
  if (value instanceof Compact) return shownValue(value.unwrap());
  if (value instanceof Option) return value.isSome ? shownValue(value.unwrap()) : null;
  if (value instanceof Enum) {
    return value.isBasic ? value.type : { [stringCamelCase(value.type)]: shownValue(value.inner) };
  }
  if (value instanceof Struct) {
    return Object.fromEntries([...value.entries()].map(([name, each]) => [name, shownValue(each as Codec)]));
  }
  return isList(value) ? value.map(shownValue) : value.toJSON();
}

/**
 * What of `given` polkadot-js would have made up or dropped when it built `held` of it: it takes zero for what is missing, and passes over names that
 * it does not know. Null where every part was given. `name` is for people.
 */
export function unlikeGiven(given: unknown, held: Codec, name: string): string | null {
  if (held instanceof Option) {
    return given === null || held.isNone ? null : unlikeGiven(given, held.unwrap(), name);
  }
  if (given === null || given === undefined) return held.encodedLength === 0 ? null : `${name} is missing`;
  if (held instanceof Compact) return unlikeGiven(given, held.unwrap(), name);
  if (isList(held) && Array.isArray(given)) {
    return firstOf(held.map((each, index) => unlikeGiven(given[index], each, `${name}[${index}]`)));
  }
  if (typeof given !== 'object' || Array.isArray(given)) return null;
  const parts = Object.entries(given);
  if (held instanceof Enum) {
    const [first, second] = parts;
    if (second) return `${name} is one of ${held.defKeys.join(', ')}, and has two of them`;
    return first ? unlikeGiven(first[1], held.inner, `${name}.${first[0]}`) : `${name} is missing`;
  }
  if (!(held instanceof Struct)) return null;
  const names = [...held.keys()].map(String);
  const strange = parts.find(([part]) => !names.includes(part) && !names.includes(stringCamelCase(part)));
  if (strange) return `${name} has no ${strange[0]}, but ${names.join(', ')}`;
  return firstOf(
    names.map((part) => {
      const found = parts.find(([each]) => each === part || stringCamelCase(each) === part);
      return unlikeGiven(found?.[1], held.get(part as never) as Codec, `${name}.${part}`);
    }),
  );
}

function isList(value: Codec): value is Codec & Codec[] {
  return Array.isArray(value) && (value instanceof Tuple || !('toUtf8' in value));
}

function firstOf(problems: readonly (string | null)[]): string | null {
  return problems.find((problem) => problem !== null) ?? null;
}
