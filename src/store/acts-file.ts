import { createHash, randomBytes } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { encodeText } from '../bytes/bytes.ts';
import type { EpochMs, ParaId } from '../domain/units.ts';
import type { Key } from './keys.ts';

/** Beside LevelDB's own files, which leave it alone. */
export const ACTS_FILE = 'acts.log';

/** What is known of one record of the database: the file's last word on its key. */
export interface Act {
  readonly key: string;
  /** `fingerprint` of the value; null when the record was taken away. */
  readonly value: string | null;
  /** Paras whose acts depend on it; empty for what belongs to the whole service. */
  readonly paras: readonly ParaId[];
  /** What a person needs to know of it beyond its key. */
  readonly note?: string;
}

/** Acts of one batch of the database. */
export interface ActsLine {
  /** Number of the batch, from 1 on. */
  readonly n: number;
  readonly at: EpochMs;
  readonly acts: readonly Act[];
}

/** The file as it was found. */
export interface ReadActs {
  /** Null: there is no file, or its beginning cannot be read. */
  readonly database: string | null;
  /** The last word on each key. */
  readonly acts: ReadonlyMap<string, Act & Pick<ActsLine, 'n' | 'at'>>;
  /** Number of the last whole line; 0 when there is none. */
  readonly last: number;
  /** Lines that cannot be read though later ones can, or that are missing between others; 1 is the first. */
  readonly damaged: readonly number[];
  /** Number of the first line after them; 0 when there are none. */
  readonly damagedBefore: number;
  /** What follows the last whole line: an append that was cut off. */
  readonly torn: boolean;
  readonly end: { readonly length: number; readonly hash: string };
}

const headerSchema = z.strictObject({
  acts: z.literal(1),
  database: z.string().regex(/^[0-9a-f]{32}$/),
  /** Lines up to this number say only what still counts; from here on no number is left out. */
  through: z.int().min(0),
});
type Header = z.infer<typeof headerSchema>;
const actSchema = z.tuple([
  z.string().min(1),
  z.string().nullable(),
  z.array(z.int().min(0)),
  z.string().optional(),
]);
const lineSchema = z.strictObject({ n: z.int().min(1), at: z.int(), acts: z.array(actSchema) });

/** Characters of a line's hash. */
export const HASH_LENGTH = 32;
/** Of a value: 24 bytes of blake2b-512 as base64url. It finds damage; it is no defence against who may write the file. */
export function fingerprint(...parts: readonly (Uint8Array | string)[]): string {
  const hash = createHash('blake2b512');
  for (const part of parts) hash.update(part);
  return hash.digest().subarray(0, 24).toString('base64url');
}

export function keyText(key: Key): string {
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString('base64url');
}

export function keyOfText(text: string): Key {
  return new Uint8Array(Buffer.from(text, 'base64url'));
}

/** The JSON of a line, without its hash: what the database keeps until the line is on stable storage. */
export function bodyOf({ n, at, acts }: ActsLine): string {
  const tuples = acts.map(({ key, value, paras, note }) => [
    key,
    value,
    paras,
    ...(note === undefined ? [] : [note]),
  ]);
  return JSON.stringify({ n, at, acts: tuples });
}

/** Null when the text is none that `bodyOf` made. */
export function lineOf(body: string): ActsLine | null {
  const json = jsonOf(body);
  const parsed = lineSchema.safeParse(json);
  if (!parsed.success) return null;
  const { n, at, acts } = parsed.data;
  return {
    n,
    at,
    acts: acts.map(([key, value, paras, note]) => ({
      key,
      value,
      paras,
      ...(note !== undefined && { note }),
    })),
  };
}

/**
 * Reads the file as far as it can be read. A line is `<hash> <JSON>`; its hash is the fingerprint of the hash before it
 * and its JSON, so that no line can be changed, left out or come from elsewhere unseen.
 * @throws errors of the file system but that there is no file
 */
export async function readActs(folder: string): Promise<ReadActs> {
  return parseActs(await readActsFile(folder));
}

/** The bytes of the file; none when there is no file. */
export async function readActsFile(folder: string): Promise<Uint8Array> {
  try {
    return await readFile(join(folder, ACTS_FILE));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Uint8Array();
    throw error;
  }
}

export function parseActs(bytes: Uint8Array): ReadActs {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const acts = new Map<string, Act & Pick<ActsLine, 'n' | 'at'>>();
  const damaged: number[] = [];
  let header: Header | null = null;
  let before = '';
  let last = 0;
  let lineNumber = 0;
  let end = { length: 0, hash: '' };
  let unread: number[] = [];
  let damagedBefore = 0;
  for (let from = 0; from < buffer.length; ) {
    const newline = buffer.indexOf(0x0a, from);
    if (newline < 0) break;
    lineNumber += 1;
    const text = buffer.toString('utf8', from, newline);
    from = newline + 1;
    const [hash, body] = [text.slice(0, HASH_LENGTH), text.slice(HASH_LENGTH + 1)];
    const whole = text[HASH_LENGTH] === ' ' && fingerprint(before, body) === hash;
    before = hash;
    if (lineNumber === 1) {
      header = whole ? headerOf(body) : null;
      if (header === null) damaged.push(1);
      else end = { length: from, hash };
      continue;
    }
    const line = whole ? lineOf(body) : null;
    if (line === null) {
      unread.push(lineNumber);
      continue;
    }
    const through = header?.through ?? 0;
    const follows = line.n > last && (line.n <= through || line.n === Math.max(last, through) + 1);
    if (unread.length > 0) damaged.push(...unread);
    else if (!follows && header !== null) damaged.push(lineNumber);
    if (unread.length > 0 || damaged.at(-1) === lineNumber) damagedBefore = line.n;
    unread = [];
    last = line.n;
    end = { length: from, hash };
    for (const act of line.acts) {
      const paras = [...new Set([...(acts.get(act.key)?.paras ?? []), ...act.paras])];
      acts.set(act.key, { ...act, paras, n: line.n, at: line.at });
    }
  }
  return {
    database: header?.database ?? null,
    acts,
    last: Math.max(last, header?.through ?? 0),
    damaged,
    damagedBefore,
    torn: end.length < buffer.length,
    end,
  };
}

/** Makes the file anew with what counts, under a name of its own until it is whole. */
export async function writeActs(
  folder: string,
  database: string,
  acts: Iterable<Act & Pick<ActsLine, 'n' | 'at'>>,
  through: number,
): Promise<ReadActs['end']> {
  const path = join(folder, ACTS_FILE);
  const file = await open(`${path}.new`, 'w', 0o600);
  let length = 0;
  let hash = '';
  try {
    const lines = [...grouped(acts)].map(bodyOf);
    const header: Header = { acts: 1, database, through };
    for (const body of [JSON.stringify(header), ...lines]) {
      const text = sealed(hash, body);
      hash = text.slice(0, HASH_LENGTH);
      const bytes = encodeText(text);
      await file.appendFile(bytes);
      length += bytes.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  await syncFolder(dirname(path));
  return { length, hash };
}

export function newDatabaseId(): string {
  return randomBytes(16).toString('hex');
}

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export function sealed(before: string, body: string): string {
  return `${fingerprint(before, body)} ${body}\n`;
}

/** Acts in lines as they were written, in order; what was taken away is left out. */
function* grouped(acts: Iterable<Act & Pick<ActsLine, 'n' | 'at'>>): Generator<ActsLine> {
  const lines = new Map<number, { n: number; at: EpochMs; acts: Act[] }>();
  for (const { n, at, ...act } of acts) {
    if (act.value === null) continue;
    const line = lines.get(n) ?? { n, at, acts: [] };
    lines.set(n, line);
    line.acts.push(act);
  }
  yield* [...lines.values()].sort((a, b) => a.n - b.n);
}

function headerOf(body: string): Header | null {
  const parsed = headerSchema.safeParse(jsonOf(body));
  return parsed.success ? parsed.data : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
