import { encodeText } from '../bytes/bytes.ts';
import { RescueError } from '../domain/errors.ts';
import { toJson } from '../domain/json.ts';
import type { ActsState } from '../domain/records/acts-state.ts';
import type { RecordSchema } from '../domain/records/record.ts';
import type { EpochMs, ParaId } from '../domain/units.ts';
import type { StoreFinding } from '../domain/views/store.ts';
import { keyOfText, parseActs, readActs, readActsFile } from './acts-file.ts';
import type { ActsLog } from './acts-log.ts';
import { actsOf } from './batch-acts.ts';
import { beginActs } from './begin-acts.ts';
import type { Mismatch } from './compare-acts.ts';
import { failure } from './failures.ts';
import { tableFinding } from './findings.ts';
import { closeFiles } from './folder.ts';
import { bringUp } from './format.ts';
import { ACTS_STATE_KEY, describeKey, FORMAT_KEY, type Key, type KeyRange, paraOfKey } from './keys.ts';
import { encoded, type LevelSnapshot, operationOf, plainBytes, type RawLevel, type Write } from './level.ts';
import { noteOwned } from './lock.ts';
import { FORMAT_VERSION } from './migrations.ts';
import { type ActsCheck, checkActs, nextLine, openActsLog } from './open-acts.ts';
import { openLevel } from './open-level.ts';
import { corruptRecord, parseRecord } from './parse-record.ts';
import { formatRecord } from './records.ts';
import type { DamagedTable } from './tables/mend-tables.ts';

/** The database at one moment, whatever is written meanwhile. */
export interface DatabaseView {
  readonly snapshot: LevelSnapshot;
  /** The file of acts, as it is at that moment. */
  readonly acts: Uint8Array;
}

interface DatabasePlace {
  readonly folder: string;
  /** For a copy: what it is a copy of. */
  readonly shownAs?: string;
}

/**
 * LevelDB with what every record needs: values checked when read, errors that name the record, synced atomic batches,
 * and one writer at a time, so that a check and the write that depends on it cannot be torn apart. What was acknowledged
 * is held against the file of acts whenever the database is opened.
 */
export class Database {
  /** As people know it. */
  readonly path: string;
  readonly #folder: string;
  readonly #release: () => void;
  readonly #level: RawLevel;
  readonly #now: () => EpochMs;
  #acts: ActsLog | null = null;
  #foundFormat: number = FORMAT_VERSION;
  #opened: ActsCheck | null = null;
  #lastWrite: Promise<unknown> = Promise.resolve();

  private constructor(place: DatabasePlace, level: RawLevel, release: () => void, now: () => EpochMs) {
    this.path = place.shownAs ?? place.folder;
    this.#folder = place.folder;
    this.#release = release;
    this.#level = level;
    this.#now = now;
  }

  /** @throws RESCUE_STORE_BUSY, RESCUE_STORE_CORRUPT, RESCUE_STORE_FAILED */
  static async open(
    folder: string,
    { now = Date.now, shownAs }: { readonly now?: () => EpochMs; readonly shownAs?: string } = {},
  ): Promise<Database> {
    const { level, tables } = await openLevel(folder, shownAs ?? folder);
    const release = await noteOwned(folder);
    const database = new Database({ folder, ...(shownAs !== undefined && { shownAs }) }, level, release, now);
    try {
      await closeFiles(folder);
      await database.#checkFormat();
      await database.#openActs(tables);
    } catch (error) {
      await level.close();
      release();
      throw failure(shownAs ?? folder, 'cannot open the records', error);
    }
    return database;
  }

  /** What was not as acknowledged when the database was opened. */
  get findings(): readonly StoreFinding[] {
    return this.#opened?.findings ?? [];
  }

  /** The records that were not as acknowledged when it was opened, or when a loss was accepted last. */
  get mismatches(): readonly Mismatch[] {
    return this.#opened?.mismatches ?? [];
  }

  /** Whether every act that was ever acknowledged is named by the file of acts, so that what is lost is known. */
  get namesAll(): boolean {
    return this.#acts !== null && this.#opened?.read.damaged.length === 0;
  }

  /** Paras that a record belongs to, or belonged to by what the file of acts says. */
  async knownParas(): Promise<ReadonlySet<ParaId>> {
    const paras = new Set<ParaId>();
    const note = (key: Key) => {
      const paraId = paraOfKey(key);
      if (paraId !== null) paras.add(paraId);
    };
    for (const text of this.#opened?.read.acts.keys() ?? []) note(keyOfText(text));
    try {
      for await (const key of this.#level.keys()) note(key);
    } catch (error) {
      throw this.#failed('cannot read all keys', error);
    }
    return paras;
  }

  /** Format of the records before they were brought up to this version. */
  get foundFormat(): number {
    return this.#foundFormat;
  }

  /** The JSON record under `key`, parsed; null when there is none. @throws RESCUE_STORE_CORRUPT naming the key */
  async read<T>(key: Key, schema: RecordSchema<T>): Promise<T | null> {
    const value = await this.readBytes(key);
    return value === null ? null : parseRecord(this.path, key, value, schema);
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
    return entries.map(([key, value]) => parseRecord(this.path, key, value, schema));
  }

  /** The keys in `range`, in their order. */
  async keys(range: KeyRange): Promise<Key[]> {
    try {
      const keys = await this.#level.keys(range).all();
      return keys.flatMap((key) => plainBytes(key) ?? []);
    } catch (error) {
      throw this.#failed(`cannot read the keys from ${describeKey(range.gte)} on`, error);
    }
  }

  /** The highest key in `range`; null when there is none. */
  async lastKey(range: KeyRange): Promise<Key | null> {
    try {
      const [key] = await this.#level.keys({ ...range, reverse: true, limit: 1 }).all();
      return plainBytes(key);
    } catch (error) {
      throw this.#failed(`cannot read the records from ${describeKey(range.gte)} on`, error);
    }
  }

  /** The values in `range` as bytes, as far as they can be read. */
  async readRangeBytes(range: KeyRange): Promise<Uint8Array[]> {
    const values: Uint8Array[] = [];
    try {
      for await (const value of this.#level.values(range)) values.push(value);
    } catch (error) {
      const failed = this.#failed('cannot read a range of records', error);
      if (failed.code === 'RESCUE_STORE_CLOSED') throw failed;
    }
    return values;
  }

  /** Runs `task` when every earlier one has ended: the checks in it see the result of all writes before it. */
  exclusively<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#lastWrite.then(task, task);
    this.#lastWrite = run.catch(() => undefined);
    return run.then(async (result) => {
      await this.#flushed();
      return result;
    });
  }

  /**
   * Writes all or nothing. Call it inside `exclusively`: on stable storage, and in the file of acts, when that resolves.
   */
  async write(writes: readonly Write[]): Promise<void> {
    const records = writes.map(encoded);
    const operations = records.map(operationOf);
    try {
      const acts = actsOf(records);
      const log = acts.length > 0 ? this.#acts : null;
      await log?.ready();
      const next = log && nextLine(log, this.#now(), acts);
      if (next) operations.push(operationOf(encoded({ key: ACTS_STATE_KEY, value: next.state })));
      await this.#level.batch(operations, { sync: true });
      if (next) log?.append(next.line);
    } catch (error) {
      throw this.#failed(`cannot write ${writes.length} records`, error);
    }
  }

  /** Closes after the writes under way; later calls fail with RESCUE_STORE_CLOSED. */
  async close(): Promise<void> {
    await this.#lastWrite;
    const log = this.#acts;
    try {
      if (log && this.#level.status === 'open') {
        await log.flushed();
        // From here on the file may not lack a line.
        const state: ActsState = { database: log.database, last: log.last, durable: log.last, tail: [] };
        await this.#level.put(ACTS_STATE_KEY, encodeText(toJson(state)), { sync: true });
      }
    } catch {
      // A disk that fails was told to whoever wrote; the next start finds what is there.
    } finally {
      this.#acts = null;
      await this.#level.close();
      this.#release();
      await log?.close();
    }
  }

  /** The database as it is now, while others go on writing. The view has to be closed. */
  freeze(): Promise<DatabaseView> {
    return this.exclusively(async () => {
      try {
        await this.#acts?.flushed();
        const acts = await readActsFile(this.#folder);
        return { snapshot: this.#level.snapshot(), acts };
      } catch (error) {
        throw this.#failed('cannot look', error);
      }
    });
  }

  /** All records of a view, in the order of their keys. */
  async *records({ snapshot }: DatabaseView): AsyncGenerator<readonly [Key, Uint8Array]> {
    try {
      for await (const [key, value] of this.#level.iterator({ snapshot })) yield [key, value];
    } catch (error) {
      throw this.#failed('cannot read all records', error);
    }
  }

  /** Holds what a view shows against the file of acts. */
  async compare({ snapshot, acts }: DatabaseView): Promise<ActsCheck> {
    try {
      return await checkActs(parseActs(acts), this.#level, snapshot);
    } catch (error) {
      throw this.#failed('cannot read all records', error);
    }
  }

  /** See `Store.renewActs`. */
  renewActs(): Promise<void> {
    return this.exclusively(async () => {
      const check = this.#opened;
      const lost = check?.mismatches.filter(({ problem }) => problem !== 'unproven') ?? [];
      if (lost.length > 0) {
        throw new RescueError(
          'RESCUE_STORE_INCOMPLETE',
          `acts are missing from the database ${this.path}, which the file of acts still names: restore a backup, or let each para go on without them with "pararescue store accept-loss"`,
          { details: { path: this.path } },
        );
      }
      await this.#lookAgain('anew');
    });
  }

  /** Writes what was planned for a loss that the operator accepts, and looks again. See `Store.acceptLoss`. */
  giveUp<Plan extends { readonly writes: readonly Write[] }>(makePlan: () => Promise<Plan>): Promise<Plan> {
    return this.exclusively(async () => {
      const plan = await makePlan();
      const isUsable = this.#acts !== null;
      await this.write(plan.writes);
      await this.#flushed();
      // What a file that cannot be gone on with may have named is part of the loss.
      await this.#lookAgain(isUsable ? null : 'anew');
      return plan;
    });
  }

  /** See `corruptRecord`. */
  corrupt(key: Key, problem: string): RescueError {
    return corruptRecord(this.path, key, problem);
  }

  /** Opens the file of acts once more, after it was written anew from what the database holds, or as it is. */
  async #lookAgain(how: 'anew' | null): Promise<void> {
    try {
      await this.#acts?.close();
      this.#acts = null;
      if (how === 'anew') {
        const state = await beginActs(this.#folder, this.#level, this.#now(), this.#opened?.read.last);
        await this.#level.put(ACTS_STATE_KEY, encodeText(toJson(state)), { sync: true });
      }
      await this.#openActs([]);
    } catch (error) {
      throw this.#failed('cannot write the file of acts anew', error);
    }
  }

  async #checkFormat(): Promise<void> {
    const found = await this.read(FORMAT_KEY, formatRecord);
    const place = { folder: this.#folder, path: this.path, level: this.#level, now: this.#now };
    this.#foundFormat = found?.format ?? FORMAT_VERSION;
    try {
      await bringUp(place, found?.format ?? null);
    } catch (error) {
      throw this.#failed('cannot bring the records up to this version', error);
    }
  }

  async #openActs(tables: readonly DamagedTable[]): Promise<void> {
    try {
      const check = await checkActs(await readActs(this.#folder), this.#level);
      const isCopy = this.path !== this.#folder;
      const damaged = tables.map((table) => tableFinding(table, isCopy));
      this.#opened = { ...check, findings: [...damaged, ...check.findings] };
      this.#acts = await openActsLog(this.#folder, this.#opened);
    } catch (error) {
      throw this.#failed('cannot hold the records against the file of acts', error);
    }
  }

  async #flushed(): Promise<void> {
    try {
      await this.#acts?.flushed();
    } catch (error) {
      throw this.#failed('cannot write the file of acts', error);
    }
  }

  #failed(sentence: string, error: unknown): RescueError {
    return failure(this.path, sentence, error);
  }
}
