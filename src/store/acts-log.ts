import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeText } from '../bytes/bytes.ts';
import {
  ACTS_FILE,
  type ActsLine,
  bodyOf,
  HASH_LENGTH,
  type ReadActs,
  readActs,
  sealed,
  writeActs,
} from './acts-file.ts';

/** Batches that the database may be ahead of the file: what a crash leaves, and no more, is filled in at the next start. */
const MAX_UNFLUSHED = 8;
/** Bytes of the file, and at least twice what counts in it, from which on it is written anew. */
const COMPACT_ABOVE = 8 * 1024 * 1024;

type Opening = Pick<ReadActs, 'end' | 'last' | 'damaged'>;

/** Appends to the file, several batches with one sync when they come at once. */
export class ActsLog {
  readonly folder: string;
  readonly database: string;
  #file: FileHandle;
  #end: ReadActs['end'];
  #last: number;
  #durable: number;
  /** Bytes of the file. */
  #written: number;
  /** Lines that cannot be read stay for whoever has to look at them. */
  readonly #isWhole: boolean;
  #pending: string[] = [];
  #unflushed: { readonly n: number; readonly body: string }[] = [];
  #flushing: Promise<void> | null = null;
  #failure: unknown = null;
  #compactAt: number;

  private constructor(folder: string, database: string, file: FileHandle, from: Opening) {
    this.folder = folder;
    this.database = database;
    this.#file = file;
    this.#end = from.end;
    this.#last = from.last;
    this.#durable = from.last;
    this.#written = from.end.length;
    this.#isWhole = from.damaged.length === 0;
    this.#compactAt = Math.max(COMPACT_ABOVE, from.end.length * 2);
  }

  /** Opens the file for more; what follows its last whole line is cut off. */
  static async open(folder: string, database: string, from: Opening): Promise<ActsLog> {
    const file = await open(join(folder, ACTS_FILE), 'r+', 0o600);
    try {
      await file.chmod(0o600);
      await file.truncate(from.end.length);
      await file.sync();
    } catch (error) {
      await file.close();
      throw error;
    }
    return new ActsLog(folder, database, file, from);
  }

  /** Number of the last line. */
  get last(): number {
    return this.#last;
  }

  /** Number of the last line that is on stable storage. */
  get durable(): number {
    return this.#durable;
  }

  /** Lines that are not on stable storage yet, without their hashes. */
  get unflushed(): readonly string[] {
    return this.#unflushed.map(({ body }) => body);
  }

  /** Takes the next line, whose batch is in the database; it is on stable storage once `flushed` resolves. */
  append(line: ActsLine): void {
    const body = bodyOf(line);
    const text = sealed(this.#end.hash, body);
    this.#unflushed.push({ n: line.n, body });
    this.#end = { length: this.#end.length + Buffer.byteLength(text), hash: text.slice(0, HASH_LENGTH) };
    this.#last = line.n;
    this.#pending.push(text);
  }

  /** Everything appended so far is on stable storage. @throws what the disk threw, from then on always */
  async flushed(): Promise<void> {
    while (this.#failure === null && (this.#pending.length > 0 || this.#flushing !== null)) {
      this.#flushing ??= this.#flush();
      await this.#flushing;
    }
    if (this.#failure !== null) throw this.#failure;
  }

  /** Room for one more: the database never runs far ahead of the file. */
  async ready(): Promise<void> {
    if (this.#last - this.#durable >= MAX_UNFLUSHED) await this.flushed();
    if (this.#failure !== null) throw this.#failure;
    if (this.#isWhole && this.#end.length > this.#compactAt) await this.#compact();
  }

  async close(): Promise<void> {
    await this.#flushing?.catch(() => undefined);
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    const lines = this.#pending.splice(0);
    const upTo = this.#last;
    const bytes = encodeText(lines.join(''));
    try {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, this.#written);
        done += bytesWritten;
        this.#written += bytesWritten;
      }
      await this.#file.datasync();
      this.#durable = upTo;
      this.#unflushed = this.#unflushed.filter(({ n }) => n > upTo);
    } catch (error) {
      this.#failure = error;
    } finally {
      this.#flushing = null;
    }
  }

  /** Leaves out what later lines have overtaken. */
  async #compact(): Promise<void> {
    await this.flushed();
    const { acts } = await readActs(this.folder);
    this.#end = await writeActs(this.folder, this.database, acts.values(), this.#last);
    await this.#file.close();
    this.#file = await open(join(this.folder, ACTS_FILE), 'r+', 0o600);
    this.#written = this.#end.length;
    this.#compactAt = Math.max(COMPACT_ABOVE, this.#end.length * 2);
  }
}
