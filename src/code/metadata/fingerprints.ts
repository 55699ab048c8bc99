import { blake2b256 } from '../../bytes/blake2.ts';
import { encodeText } from '../../bytes/bytes.ts';
import { toHex } from '../../bytes/hex.ts';
import { childrenOf } from './decode.ts';
import type { TypeInfo, TypeShape, Types } from './types.ts';

/** What one type looks like all the way down: two types of two runtimes that have the same one are encoded alike. */
export type Fingerprints = ReadonlyMap<number, string>;

/** Enums of the runtime itself, which change with every pallet: what is in them is compared there, and not wherever they are named. */
const OUTER = new Set([
  'RuntimeCall',
  'RuntimeEvent',
  'RuntimeError',
  'RuntimeTask',
  'OriginCaller',
  'RuntimeHoldReason',
  'RuntimeFreezeReason',
  'RuntimeSlashReason',
  'RuntimeLockId',
  'RuntimeParameters',
  'Call',
  'Event',
]);
/** Hashes that are computed for one runtime at most, whatever its types are. */
const MOST_HASHES = 400_000;

export function isOuter({ path }: TypeInfo): boolean {
  return path.length <= 2 && OUTER.has(path.at(-1) ?? '');
}

/**
 * Fingerprints of the types of two runtimes. In each round a type takes in what those that it is made of looked like in the round before, until
 * no round tells more types apart: so types that are made of themselves need no special care, and nothing grows with their depth. Both
 * go through as many rounds, without which their fingerprints could not be compared.
 */
export function fingerprintsOf(one: Types, other: Types): readonly [Fingerprints, Fingerprints] {
  const each = [prepared(one), prepared(other)] as const;
  const size = one.size + other.size;
  let prints: readonly [Fingerprints, Fingerprints] = [firstOf(each[0]), firstOf(each[1])];
  let distinct = distinctOf(prints);
  for (let hashes = size; hashes + size <= MOST_HASHES; hashes += size) {
    prints = [nextOf(each[0], prints[0]), nextOf(each[1], prints[1])];
    const now = distinctOf(prints);
    if (now === distinct) break;
    distinct = now;
  }
  return prints;
}

interface Prepared {
  readonly local: string;
  readonly children: readonly number[];
}

function prepared(types: Types): ReadonlyMap<number, Prepared> {
  return new Map(
    [...types].map(([id, type]) => [
      id,
      { local: localOf(type), children: isOuter(type) ? [] : childrenOf(type.shape) },
    ]),
  );
}

function firstOf(types: ReadonlyMap<number, Prepared>): Fingerprints {
  return new Map([...types].map(([id, { local }]) => [id, hashOf(local)]));
}

function nextOf(types: ReadonlyMap<number, Prepared>, before: Fingerprints): Fingerprints {
  return new Map(
    [...types].map(([id, { local, children }]) => {
      if (children.length === 0) return [id, before.get(id) ?? ''];
      return [id, hashOf(`${local}|${children.map((child) => before.get(child)).join(',')}`)];
    }),
  );
}

function distinctOf([one, other]: readonly [Fingerprints, Fingerprints]): number {
  return new Set([...one.values(), ...other.values()]).size;
}

function localOf(type: TypeInfo): string {
  const name = JSON.stringify(type.path.at(-1) ?? '');
  return isOuter(type) ? `outer ${name}` : `${name} ${shapeOf(type.shape)}`;
}

function shapeOf(shape: TypeShape): string {
  switch (shape.kind) {
    case 'composite':
      return JSON.stringify(shape.fields.map(({ name }) => name));
    case 'variant':
      return JSON.stringify(
        shape.variants.map(({ name, index, fields }) => [name, index, fields.map((field) => field.name)]),
      );
    case 'array':
      return `array ${shape.length}`;
    case 'tuple':
      return `tuple ${shape.of.length}`;
    case 'primitive':
      return shape.name;
    default:
      return shape.kind;
  }
}

function hashOf(text: string): string {
  return toHex(blake2b256(encodeText(text)));
}
