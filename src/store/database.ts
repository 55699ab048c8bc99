import { chmod, mkdir } from 'node:fs/promises';
import { Level } from 'level';
import { encodeText } from '../bytes/bytes.ts';
import { messageOf, RescueError } from '../domain/errors.ts';
import { toJson } from '../domain/json.ts';
import { count } from '../domain/records/fields.ts';
import { type RecordSchema, record } from '../domain/records/record.ts';
import { describeKey, FORMAT_KEY, type Key, type KeyRange } from './keys.ts';
import { FORMAT_VERSION, migrationFrom, OLDEST_FORMAT } from './migrations.ts';

const formatRecord = record(({ object }) => object({ format: count }));

/** One record of a batch: objects become JSON with bigints as decimal text, bytes are stored as they are. */
export interface Write {
  readonly key: Key;
  readonly value: Uint8Array | object;
}

type RawLevel = Level<Uint8Array, Uint8Array>;

/**
 * LevelDB with what every record needs: values checked when read, errors that name the record, synced atomic batches,
 * and one writer at a time, so that a check and the write that depends on it cannot be torn apart.
 */
export class Database {
  readonly path: string;
  readonly #level: RawLevel;
  #lastWrite: Promise<unknown> = Promise.resolve();

  private constructor(path: string, level: RawLevel) {
    this.path = path;
    this.#level = level;
  }

  /** @throws RESCUE_STORE_BUSY, RESCUE_STORE_CORRUPT, RESCUE_STORE_FAILED */
  static async open(path: string): Promise<Database> {
    const level: RawLevel = new Level(path, { keyEncoding: 'view', valueEncoding: 'view' });
    try {
      await mkdir(path, { recursive: true, mode: OWNER_ONLY });
      await keepToOwner(path);
      await level.open();
    } catch (error) {
      throw openError(path, error);
    }
    const database = new Database(path, level);
    try {
      await database.#checkFormat();
    } catch (error) {
      await level.close();
      throw error;
    }
    return database;
  }

  /** The JSON record under `key`, parsed; null when there is none. @throws RESCUE_STORE_CORRUPT naming the key */
  async read<T>(key: Key, schema: RecordSchema<T>): Promise<T | null> {
    const value = await this.readBytes(key);
    return value === null ? null : this.#parse(key, value, schema);
  }

  async readBytes(key: Key): Promise<Uint8Array | null> {
    try {
      return plainBytes(await this.#level.get(key));
    } catch (error) {
      throw this.#failed(`cannot read ${describeKey(key)}`, error);
    }
  }

  async readManyBytes(keys: readonly Key[]): Promise<(Uint8Array | null)[]> {
    try {
      const values = await this.#level.getMany([...keys]);
      return values.map(plainBytes);
    } catch (error) {
      throw this.#failed(`cannot read ${keys.length} records`, error);
    }
  }

  /** The JSON records in `range`, in key order. */
  async readRange<T>(range: KeyRange, schema: RecordSchema<T>, limit = -1): Promise<T[]> {
    let entries: [Key, Uint8Array][];
    try {
      entries = await this.#level.iterator({ ...range, limit }).all();
    } catch (error) {
      throw this.#failed(`cannot read the records from ${describeKey(range.gte)} on`, error);
    }
    return entries.map(([key, value]) => this.#parse(key, value, schema));
  }

  /** Runs `task` when every earlier one has ended: the checks in it see the result of all writes before it. */
  exclusively<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#lastWrite.then(task, task);
    this.#lastWrite = run.catch(() => undefined);
    return run;
  }

  /** Writes all or nothing; on stable storage when the promise resolves. Call it inside `exclusively`. */
  async write(writes: readonly Write[]): Promise<void> {
    const operations = writes.map(({ key, value }) => ({
      type: 'put' as const,
      key,
      value: value instanceof Uint8Array ? value : encodeText(toJson(value)),
    }));
    try {
      await this.#level.batch(operations, { sync: true });
    } catch (error) {
      throw this.#failed(`cannot write ${writes.length} records`, error);
    }
  }

  /** Closes after the writes under way; later calls fail with RESCUE_STORE_CLOSED. */
  async close(): Promise<void> {
    await this.#lastWrite;
    await this.#level.close();
  }

  /** An error that names the damaged record. */
  corrupt(key: Key, problem: string, cause?: unknown): RescueError {
    const name = describeKey(key);
    return new RescueError(
      'RESCUE_STORE_CORRUPT',
      `the database ${this.path} holds a damaged record (${name}): ${problem}; the other records are intact, restore this one from a backup`,
      { cause, details: { path: this.path, key: name } },
    );
  }

  #parse<T>(key: Key, value: Uint8Array, schema: RecordSchema<T>): T {
    let json: unknown;
    try {
      json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value));
    } catch (error) {
      throw this.corrupt(key, 'it is not JSON', error);
    }
    const parsed = schema.strict.safeParse(json);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw this.corrupt(
      key,
      `${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'not as expected'}`,
      parsed.error,
    );
  }

  async #checkFormat(): Promise<void> {
    const found = await this.read(FORMAT_KEY, formatRecord);
    if (found !== null) {
      if (found.format >= OLDEST_FORMAT && found.format <= FORMAT_VERSION) {
        for (let from = found.format; from < FORMAT_VERSION; from += 1) await this.#migrate(from);
        return;
      }
      throw new RescueError(
        'RESCUE_STORE_CORRUPT',
        `the database ${this.path} has format ${found.format}, this version reads formats ${OLDEST_FORMAT} to ${FORMAT_VERSION}: ` +
          (found.format > FORMAT_VERSION ? 'run a newer pararescue' : 'run the version that wrote it'),
        { details: { path: this.path, format: found.format } },
      );
    }
    if ((await this.#level.keys({ limit: 1 }).all()).length > 0) {
      throw new RescueError(
        'RESCUE_STORE_CORRUPT',
        `${this.path} is a LevelDB database but not one of pararescue: give an empty or new folder`,
        { details: { path: this.path } },
      );
    }
    await this.exclusively(() => this.write([{ key: FORMAT_KEY, value: { format: FORMAT_VERSION } }]));
  }

  /** One step, with the number of the format that it makes, in one batch: it is there in whole or not at all. */
  async #migrate(from: number): Promise<void> {
    const changes = await migrationFrom(from).changes(async (range) => {
      const entries = await this.#level.iterator(range).all();
      return entries.map(([key, value]) => ({ key: key.slice(), value: value.slice() }));
    });
    const format = encodeText(toJson({ format: from + 1 }));
    try {
      await this.#level.batch([...changes, { type: 'put', key: FORMAT_KEY, value: format }], { sync: true });
    } catch (error) {
      throw this.#failed(`cannot bring the records to format ${from + 1}`, error);
    }
  }

  #failed(sentence: string, error: unknown): RescueError {
    const code = levelCode(error);
    if (code === 'LEVEL_DATABASE_NOT_OPEN' || code === 'LEVEL_ITERATOR_NOT_OPEN') {
      return new RescueError('RESCUE_STORE_CLOSED', `${sentence}: the database ${this.path} is closed`, {
        cause: error,
      });
    }
    return new RescueError(
      'RESCUE_STORE_FAILED',
      `${sentence} of the database ${this.path}: ${messageOf(error)}`,
      {
        cause: error,
        details: { path: this.path },
      },
    );
  }
}

/** The folder holds signed extrinsics before they are sent: nobody but the service's own account has to look into it. */
const OWNER_ONLY = 0o700;

/** Also of a folder that was there before. One that belongs to somebody else is left as its owner wants it. */
async function keepToOwner(path: string): Promise<void> {
  try {
    await chmod(path, OWNER_ONLY);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) throw error;
  }
}

/** LevelDB gives Buffers; a Buffer's `slice` shares memory, so none leaves the store. */
function plainBytes(value: Uint8Array | undefined): Uint8Array | null {
  return value === undefined ? null : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

function openError(path: string, error: unknown): RescueError {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (levelCode(cause) === 'LEVEL_LOCKED') {
    return new RescueError(
      'RESCUE_STORE_BUSY',
      `another process owns the database ${path}: stop it, or ask it over HTTP instead`,
      { cause, details: { path } },
    );
  }
  return new RescueError(
    'RESCUE_STORE_CORRUPT',
    `the database ${path} cannot be opened: ${messageOf(cause)}; check that the folder is writable, or restore it from a backup`,
    { cause, details: { path } },
  );
}

function levelCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
