import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Level } from 'level';
import { blake2b256 } from '../bytes/blake2.ts';
import { concatBytes, encodeText, equalBytes } from '../bytes/bytes.ts';
import { createSerialQueue } from '../domain/concurrency/serial-queue.ts';
import { RescueError } from '../domain/errors.ts';
import type { ArchivedNode } from '../domain/ports/census.ts';
import type { StateCache } from '../domain/ports/state-cache.ts';
import { failure, openFailure } from './failures.ts';
import { closeFiles, prepareFolder } from './folder.ts';
import { plainBytes, type RawLevel } from './level.ts';

/** What the folder says of itself: without it nothing in there is ever thrown away. */
const MARK = 'STATE-CACHE';
const MARK_TEXT = 'Trie nodes and headers that pararescue has verified, format 1. May be deleted.\n';
/** Ages that are kept beside each other; the oldest is thrown away as a whole. */
const AGES = 4;
const DEFAULT_BYTES = 1024 * 1024 * 1024;

/** What comes first in a key, after the age (u32, big-endian). */
const NODE = 0x6e;
const RECORD = 0x72;

export interface StateCacheOptions {
  /** Bytes that may be kept, keys and LevelDB's own files not counted; 1 GiB. */
  readonly mostBytes?: number;
}

/**
 * A cache in a folder of its own, which one process owns. Entries lie in ages: what is used again moves to the present one, and
 * when that has its share of the bytes a new one begins and the oldest goes. So whatever was used within the last three quarters
 * of `mostBytes` is still there. A cache that is damaged as a whole, or of another format, is begun anew.
 * @throws RESCUE_STORE_BUSY when another process owns it, RESCUE_STORE_CORRUPT for a folder that holds something else,
 * RESCUE_STORE_FAILED
 */
export async function openStateCache(path: string, options: StateCacheOptions = {}): Promise<StateCache> {
  const { mostBytes = DEFAULT_BYTES } = options;
  try {
    await prepareFolder(path);
    await claim(path);
    const level = await openLevel(path);
    await closeFiles(path);
    return new LevelStateCache(path, level, mostBytes, await agesIn(level));
  } catch (error) {
    throw openFailure(path, error);
  }
}

class LevelStateCache implements StateCache {
  readonly #path: string;
  readonly #level: RawLevel;
  readonly #ageBytes: number;
  readonly #writes = createSerialQueue();
  #age: number;
  #bytes: number;

  constructor(
    path: string,
    level: RawLevel,
    mostBytes: number,
    { age, bytes }: { age: number; bytes: number },
  ) {
    this.#path = path;
    this.#level = level;
    this.#ageBytes = mostBytes / AGES;
    this.#age = age;
    this.#bytes = bytes;
  }

  readonly get = async (hash: Uint8Array): Promise<Uint8Array | null> => {
    const found = await this.#find(NODE, hash);
    if (found === null) return null;
    if (equalBytes(blake2b256(found.bytes), hash)) {
      if (found.age !== this.#age) await this.#move(NODE, hash, found);
      return found.bytes;
    }
    await this.#write([{ type: 'del', key: keyOf(found.age, NODE, hash) }]);
    return null;
  };

  async put(items: readonly ArchivedNode[]): Promise<void> {
    if (items.length === 0) return;
    await this.#write(items.map(({ hash, bytes }) => put(this.#age, NODE, hash, bytes)));
  }

  async recall(name: string): Promise<Uint8Array | null> {
    const found = await this.#find(RECORD, encodeText(name));
    if (found !== null && found.age !== this.#age) await this.#move(RECORD, encodeText(name), found);
    return found?.bytes ?? null;
  }

  async remember(name: string, record: Uint8Array): Promise<void> {
    await this.#write([put(this.#age, RECORD, encodeText(name), record)]);
  }

  async close(): Promise<void> {
    await this.#writes.run(() => this.#level.close());
  }

  async #find(kind: number, name: Uint8Array): Promise<Found | null> {
    for (let age = this.#age; age >= 0 && age > this.#age - AGES; age--) {
      try {
        const bytes = plainBytes(await this.#level.get(keyOf(age, kind, name)));
        if (bytes !== null) return { age, bytes };
      } catch (error) {
        const coded = failure(this.#path, 'A record cannot be read', error);
        if (coded.code === 'RESCUE_STORE_CLOSED') throw coded;
        // What LevelDB cannot read any more is not there: it is asked for, and written anew.
      }
    }
    return null;
  }

  #move(kind: number, name: Uint8Array, { age, bytes }: Found): Promise<void> {
    return this.#write([{ type: 'del', key: keyOf(age, kind, name) }, put(this.#age, kind, name, bytes)]);
  }

  #write(writes: readonly Write[]): Promise<void> {
    return this.#writes.run(async () => {
      try {
        await this.#level.batch([...writes]);
        for (const write of writes) if (write.type === 'put') this.#bytes += sizeOf(write);
        if (this.#bytes > this.#ageBytes) await this.#nextAge();
      } catch (error) {
        throw failure(this.#path, 'A record cannot be written', error);
      }
    });
  }

  async #nextAge(): Promise<void> {
    this.#age += 1;
    this.#bytes = 0;
    const last = this.#age - AGES;
    if (last < 0) return;
    await this.#level.clear({ lt: ageKey(last + 1) });
  }
}

interface Found {
  readonly age: number;
  readonly bytes: Uint8Array;
}
type Write =
  | { readonly type: 'put'; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly type: 'del'; readonly key: Uint8Array };

function put(
  age: number,
  kind: number,
  name: Uint8Array,
  value: Uint8Array,
): Write & { readonly type: 'put' } {
  return { type: 'put', key: keyOf(age, kind, name), value };
}

function sizeOf({ key, value }: { readonly key: Uint8Array; readonly value: Uint8Array }): number {
  return key.length + value.length;
}

function ageKey(age: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, age);
  return bytes;
}

function keyOf(age: number, kind: number, name: Uint8Array): Uint8Array {
  return concatBytes(ageKey(age), Uint8Array.of(kind), name);
}

/** The present age, and how full it is. */
async function agesIn(level: RawLevel): Promise<{ age: number; bytes: number }> {
  const [last] = await level.keys({ reverse: true, limit: 1 }).all();
  if (!last) return { age: 0, bytes: 0 };
  const age = new DataView(last.buffer, last.byteOffset).getUint32(0);
  let bytes = 0;
  for await (const [key, value] of level.iterator({ gte: ageKey(age) })) bytes += sizeOf({ key, value });
  return { age, bytes };
}

/** Takes an empty folder, or one that was taken before. @throws RESCUE_STORE_CORRUPT */
async function claim(path: string): Promise<void> {
  const names = await readdir(path);
  if (names.length > 0 && !names.includes(MARK)) {
    throw new RescueError(
      'RESCUE_STORE_CORRUPT',
      `the folder ${path} holds something else than a cache of chain state: name an empty one`,
      { details: { path } },
    );
  }
  if (names.length > 0 && (await readFile(join(path, MARK), 'utf8')) === MARK_TEXT) return;
  await empty(path);
  await writeFile(join(path, MARK), MARK_TEXT);
}

async function openLevel(path: string): Promise<RawLevel> {
  try {
    return await opened(path);
  } catch (error) {
    if (openFailure(path, error).code === 'RESCUE_STORE_BUSY') throw error;
    await empty(path);
    return opened(path);
  }
}

async function opened(path: string): Promise<RawLevel> {
  const level: RawLevel = new Level(path, { keyEncoding: 'view', valueEncoding: 'view' });
  await level.open();
  return level;
}

async function empty(path: string): Promise<void> {
  for (const name of await readdir(path)) {
    if (name !== MARK) await rm(join(path, name), { recursive: true, force: true });
  }
}
