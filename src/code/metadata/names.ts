import { oneLine } from '../../domain/plain-text.ts';
import type { TypeField, TypeInfo, Types } from './types.ts';

const DEEPEST = 5;
const LONGEST = 240;
const LONGEST_NAME = 80;

/** A name out of code, for people: on one line, without control characters. */
export function nameOf(text: string): string {
  return oneLine(text, LONGEST_NAME);
}

/** How people write a type: `Vec<(AccountId32, u128)>`. Names come from the code. */
export function typeText(types: Types, id: number): string {
  const text = written(types, id, 0);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

/** `(dest: MultiAddress<AccountId32, ()>, value: Compact<u128>)` */
export function fieldsText(types: Types, fields: readonly TypeField[]): string {
  const texts = fields
    .slice(0, 40)
    .map(({ name, type }) =>
      name === null ? typeText(types, type) : `${nameOf(name)}: ${typeText(types, type)}`,
    );
  return `(${texts.join(', ')}${fields.length > 40 ? ', …' : ''})`;
}

function written(types: Types, id: number, depth: number): string {
  const type = types.get(id);
  if (!type || depth > DEEPEST) return '…';
  const inner = (other: number) => written(types, other, depth + 1);
  const { shape } = type;
  const name = type.path.at(-1);
  if (name !== undefined && shape.kind !== 'primitive') return withParams(type, name, inner);
  switch (shape.kind) {
    case 'primitive':
      return shape.name;
    case 'sequence':
      return `Vec<${inner(shape.of)}>`;
    case 'array':
      return `[${inner(shape.of)}; ${shape.length}]`;
    case 'compact':
      return `Compact<${inner(shape.of)}>`;
    case 'tuple':
      return `(${listed(shape.of, inner)})`;
    case 'bits':
      return `BitVec<${inner(shape.store)}>`;
    case 'composite':
      return `{${listed(
        shape.fields.map((field) => field.type),
        inner,
      )}}`;
    case 'variant':
      return 'enum';
  }
}

function withParams({ params }: TypeInfo, name: string, inner: (id: number) => string): string {
  const given = params.filter((param) => param !== null);
  return given.length === 0 ? nameOf(name) : `${nameOf(name)}<${listed(given, inner)}>`;
}

function listed(ids: readonly number[], inner: (id: number) => string): string {
  const texts = ids.slice(0, 12).map(inner);
  return `${texts.join(', ')}${ids.length > 12 ? ', …' : ''}`;
}
