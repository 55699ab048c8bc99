import { ByteReader, MalformedBytes } from '../../bytes/reader.ts';
import { xxHash64 } from '../../bytes/xxhash.ts';
import { corrupt } from './bits.ts';
import type { HuffmanTable } from './huffman.ts';
import { readLiterals } from './literals.ts';
import {
  type Content,
  carryOutSequences,
  type RecentOffsets,
  type Sequence,
  type SequenceTables,
} from './sequences.ts';

const MAGIC = 0xfd2fb528;
/** Of 0x184d2a50 to 0x184d2a5f, all but the last four bits. */
const SKIPPABLE = 0x184d2a5;
/** Largest window that a decoder of Substrate accepts: 2^27 bytes, zstd's `ZSTD_WINDOWLOG_LIMIT_DEFAULT`. */
const LARGEST_WINDOW = 2 ** 27;
const LARGEST_BLOCK = 128 * 1024;
/** What an entry of a table of codes costs, against a state of the other tables. */
const ENTRIES_A_STATE = 8;
/** What a block costs beside its tables and its content. */
const STATES_A_BLOCK = 16;
/**
 * States of tables that a frame may describe at all, and for each byte of its content. A table takes ten bytes to describe and
 * microseconds to make: eight megabytes of blocks that hold nothing else would take nine seconds. Of what zstd makes of
 * runtimes and of text at any setting, none needs more than 0.04 a byte.
 */
const FREE_STATES = 2 ** 16;
const STATES_A_BYTE = 0.25;
/** Of the head of a block: its kind, its size, and whether it is the last one. */
export const BLOCK_HEADER = 3;
export const BLOCK = { raw: 0, rle: 1, compressed: 2 } as const;

interface Block {
  readonly type: number;
  /** Of the content, for raw and rle blocks; of the bytes of a compressed one. */
  readonly size: number;
  readonly start: number;
}

/** A block as it was found: where it lies in the frame, its head included, what of the content it gives, and how. */
export interface NotedBlock {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
  /** None in blocks that are stored as they are. */
  readonly sequences: readonly Sequence[];
  /** The last offsets after it. */
  readonly recent: RecentOffsets;
}

export interface FrameNotes {
  /** Those with content. */
  readonly blocks: NotedBlock[];
  /** Where the last one ends, empty ones included. */
  end: number;
}

interface Frame {
  readonly blocks: readonly Block[];
  readonly end: number;
  readonly window: number;
  readonly contentSize: number | null;
  readonly checksum: number | null;
}

/**
 * Decompresses one zstd frame (RFC 8878) of at most `limit` bytes of content. Headers and the chain of blocks are checked
 * before anything is decompressed, and content stops at the limit, so that a small blob cannot claim gigabytes. What it
 * costs grows with the bytes that go out, and hardly with those that come in: blocks that describe tables and give little are
 * refused, which no encoder makes of code. What its blocks are made of is written into `notes`.
 * @throws MalformedBytes
 */
export function decompressFrame(bytes: Uint8Array, limit: number, notes?: FrameNotes): Uint8Array {
  const frame = readFrame(bytes, limit);
  if (notes) notes.end = frame.end;
  const { contentSize, window, checksum } = frame;
  const content: Content = { bytes: new Uint8Array(firstSize(frame, limit)), length: 0, recent: [1, 4, 8] };
  const tables: SequenceTables = { literals: null, offsets: null, matches: null, states: 0 };
  let codes: HuffmanTable | null = null;
  const largestBlock = Math.min(window, LARGEST_BLOCK);
  for (const { type, size, start } of frame.blocks) {
    const most = type === BLOCK.compressed ? largestBlock : size;
    const from = content.length;
    const sequences: Sequence[] | undefined = notes && [];
    makeRoom(content, most);
    if (type === BLOCK.raw) {
      content.bytes.set(bytes.subarray(start, start + size), content.length);
      content.length += size;
    } else if (type === BLOCK.rle) {
      content.bytes.fill(bytes[start] as number, content.length, content.length + size);
      content.length += size;
    } else {
      const literals = readLiterals(bytes, start, start + size, { most, known: codes });
      codes = literals.table;
      tables.states += literals.entries / ENTRIES_A_STATE;
      const block = { literals: literals.bytes, content, tables, most, window, noted: sequences };
      carryOutSequences(bytes, literals.end, start + size, block);
    }
    notes?.blocks.push({
      start: start - BLOCK_HEADER,
      end: start + stored(type, size),
      from,
      to: content.length,
      sequences: sequences ?? [],
      recent: [...content.recent],
    });
    if (content.length > limit) throw tooLarge(limit);
    tables.states += STATES_A_BLOCK;
    if (tables.states > FREE_STATES + content.length * STATES_A_BYTE) corrupt('its blocks hold too little');
  }
  const { length } = content;
  if (contentSize !== null && contentSize !== length) {
    throw new MalformedBytes(`the zstd frame claims ${contentSize} bytes of content and holds ${length}`);
  }
  const whole = content.bytes.subarray(0, length);
  if (checksum !== null && checksumOf(whole) !== checksum) {
    throw new MalformedBytes(
      'the zstd frame holds other content than its checksum is of: its data is corrupt',
    );
  }
  return length === content.bytes.length ? content.bytes : whole.slice();
}

/** Room for what the frame may hold, but no more at once than what its own bytes make likely. */
function firstSize({ blocks, contentSize }: Frame, limit: number): number {
  const most = blocks.reduce(
    (sum, { type, size }) => sum + (type === BLOCK.compressed ? LARGEST_BLOCK : size),
    0,
  );
  return Math.min(most, contentSize ?? limit, 4 * 1024 * 1024);
}

function makeRoom(content: Content, most: number): void {
  const needed = content.length + most;
  if (needed <= content.bytes.length) return;
  const larger = new Uint8Array(Math.max(needed, 2 * content.bytes.length));
  larger.set(content.bytes.subarray(0, content.length));
  content.bytes = larger;
}

/** Checks the headers and the chain of blocks; content is not looked at. */
function readFrame(bytes: Uint8Array, limit: number): Frame {
  const reader = new ByteReader(bytes, 'zstd frame');
  if (reader.little(4) !== MAGIC) throw reader.malformed('does not begin with the mark of zstd');
  const descriptor = reader.u8();
  const singleSegment = (descriptor & 0x20) !== 0;
  if ((descriptor & 0x08) !== 0) throw reader.malformed('has a reserved bit set');
  let window: number | null = null;
  if (!singleSegment) {
    const code = reader.u8();
    const base = 2 ** (10 + (code >> 3));
    window = base + (base / 8) * (code & 7);
    if (window > LARGEST_WINDOW) throw reader.malformed(`asks for a window of ${window} bytes`);
  }
  if ((descriptor & 3) !== 0) throw reader.malformed('needs a dictionary');
  const contentSize = readContentSize(reader, descriptor >> 6, singleSegment);
  if (contentSize !== null && contentSize > limit) throw tooLarge(limit);
  window ??= contentSize ?? 0;
  const blocks = readBlocks(reader);
  const end = reader.offset;
  const checksum = (descriptor & 0x04) !== 0 ? reader.u32() : null;
  passSkippable(reader);
  return { blocks, end, window, contentSize, checksum };
}

/** Frames without content (RFC 8878, 3.1.2), which every decoder passes over: some tools pad a blob with them. */
function passSkippable(reader: ByteReader): void {
  while (reader.remaining > 0) {
    const left = reader.remaining;
    if (left < 8 || reader.little(4) >>> 4 !== SKIPPABLE)
      throw reader.malformed(`is followed by ${left} bytes`);
    reader.view(reader.little(4));
  }
}

function readContentSize(reader: ByteReader, flag: number, singleSegment: boolean): number | null {
  if (flag === 0) return singleSegment ? reader.u8() : null;
  if (flag === 1) return reader.little(2) + 256;
  if (flag === 2) return reader.little(4);
  const low = reader.little(4);
  return low + reader.little(4) * 2 ** 32;
}

function readBlocks(reader: ByteReader): Block[] {
  const blocks: Block[] = [];
  for (let last = false; !last; ) {
    const header = reader.little(3);
    last = (header & 1) === 1;
    const size = header >> 3;
    const type = (header >> 1) & 3;
    if (size > LARGEST_BLOCK) throw reader.malformed('has a block above 128 KiB');
    if (type > BLOCK.compressed) throw reader.malformed('has a block of reserved kind');
    const start = reader.offset;
    reader.view(stored(type, size));
    // Nothing is in it, and blobs could hold millions of them.
    if (size > 0 || type === BLOCK.compressed) blocks.push({ type, size, start });
  }
  return blocks;
}

/** Bytes of a block behind its head. */
function stored(type: number, size: number): number {
  return type === BLOCK.rle ? 1 : size;
}

/** Lower half of xxHash64 with seed 0 (RFC 8878, 3.1.1). */
export function checksumOf(content: Uint8Array): number {
  return Number(xxHash64(content) & 0xffff_ffffn);
}

export function tooLarge(limit: number): MalformedBytes {
  return new MalformedBytes(`the code is larger than ${limit} bytes when decompressed`);
}
