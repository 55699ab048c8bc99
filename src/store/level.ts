import type { Level } from 'level';
import { encodeText } from '../bytes/bytes.ts';
import { toJson } from '../domain/json.ts';
import type { Key } from './keys.ts';

export type RawLevel = Level<Uint8Array, Uint8Array>;
/** A view of the database that later writes do not change. It has to be closed. */
export type LevelSnapshot = ReturnType<RawLevel['snapshot']>;

/** One record of a batch: objects become JSON with bigints as decimal text, bytes are stored as they are. */
export interface Write {
  readonly key: Key;
  /** Null takes the record away. */
  readonly value: Uint8Array | object | null;
  /** For the file of acts: what a person needs to know of the record beyond its key. */
  readonly note?: string;
}

export function encoded({ value, ...write }: Write) {
  const isRaw = value === null || value instanceof Uint8Array;
  return { ...write, value: isRaw ? value : encodeText(toJson(value)) };
}

export function operationOf({ key, value }: { readonly key: Key; readonly value: Uint8Array | null }) {
  return value === null ? ({ type: 'del', key } as const) : ({ type: 'put', key, value } as const);
}

/** LevelDB gives Buffers; a Buffer's `slice` shares memory, so none leaves the store. */
export function plainBytes(value: Uint8Array | undefined): Uint8Array | null {
  return value === undefined ? null : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}
