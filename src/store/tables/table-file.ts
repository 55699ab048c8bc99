import { concatBytes } from '../../bytes/bytes.ts';
import { maskedCrc } from './crc32c.ts';
import { unsnappy } from './snappy.ts';

/**
 * LevelDB's table files, as far as it takes to find what is damaged in one, and to leave that out (doc/table_format.md of
 * LevelDB): blocks, each followed by a byte for its compression and the masked CRC-32C of both; the last block is the
 * index, whose entries are a key and the place of a block; the last 48 bytes are the footer with the places of the two
 * blocks before it, padded, and a magic number. LevelDB reads data blocks without looking at their checksums.
 */

const FOOTER_BYTES = 48;
const TRAILER_BYTES = 5;
const MAGIC = Uint8Array.from([0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb]);
const SNAPPY = 1;
/** An index far above what LevelDB writes for its largest tables. */
const MAX_INDEX = 64 * 1024 * 1024;

interface Place {
  readonly offset: number;
  readonly size: number;
}
interface IndexEntry extends Place {
  readonly key: Uint8Array;
}

/** What a look at every block of a table gives. */
export interface TableLook {
  /** Null: the index cannot be read, so that nothing is known of the blocks. */
  readonly blocks: number | null;
  readonly damaged: number;
  /** The table with what is left of it, in as many bytes; null when nothing is damaged, or nothing can be left. */
  readonly mended: Uint8Array | null;
}

export function lookAtTable(table: Uint8Array): TableLook {
  const parts = indexOf(table);
  if (parts === null) return { blocks: null, damaged: 1, mended: emptied(table) };
  const good = parts.entries.filter((entry) => blockAt(table, entry) !== null);
  const damaged = parts.entries.length - good.length;
  const others = blockAt(table, parts.meta) !== null && metaBlocksAreWhole(table, parts.meta);
  if (damaged === 0 && others) return { blocks: parts.entries.length, damaged, mended: null };
  return { blocks: parts.entries.length, damaged, mended: mended(table, good, parts.index) };
}

/** The same number of bytes with only these blocks in the index, and without a filter. */
function mended(table: Uint8Array, blocks: readonly IndexEntry[], oldIndex: Place): Uint8Array | null {
  const meta = sealedBlock(encodeBlock([]));
  const index = sealedBlock(encodeBlock(blocks.map(({ key, ...place }) => [key, encodePlace(place)])));
  // Behind the last data block there is room: the filter and the old index are needed no more.
  const from = Math.max(0, ...blocks.map(({ offset, size }) => offset + size + TRAILER_BYTES));
  const metaPlace = { offset: from, size: meta.length - TRAILER_BYTES };
  const indexPlace = { offset: from + meta.length, size: index.length - TRAILER_BYTES };
  const end = oldIndex.offset + oldIndex.size + TRAILER_BYTES;
  if (indexPlace.offset + index.length > end) {
    // The last block gives way: what is in it counts as lost, like the rest that is.
    return blocks.length === 0 ? null : mended(table, blocks.slice(0, -1), oldIndex);
  }
  const out = table.slice();
  out.set(meta, metaPlace.offset);
  out.set(index, indexPlace.offset);
  out.set(footerOf(metaPlace, indexPlace), out.length - FOOTER_BYTES);
  return out;
}

/** A table of this size without a block; null when that is too short for one. */
function emptied(table: Uint8Array): Uint8Array | null {
  const block = sealedBlock(encodeBlock([]));
  if (table.length < 2 * block.length + FOOTER_BYTES) return null;
  const end = table.length - FOOTER_BYTES - TRAILER_BYTES;
  return mended(table, [], { offset: 0, size: end });
}

function indexOf(table: Uint8Array): { meta: Place; index: Place; entries: IndexEntry[] } | null {
  if (table.length < FOOTER_BYTES) return null;
  const footer = table.subarray(table.length - FOOTER_BYTES);
  if (!MAGIC.every((value, at) => footer[FOOTER_BYTES - MAGIC.length + at] === value)) return null;
  const numbers = readVarints(footer, 0, 4);
  const [metaOffset, metaSize, offset, size] = numbers?.values ?? [];
  if (metaOffset === undefined || metaSize === undefined || offset === undefined || size === undefined)
    return null;
  const block = blockAt(table, { offset, size });
  const entries = block && entriesOf(block);
  if (entries === null) return null;
  return { meta: { offset: metaOffset, size: metaSize }, index: { offset, size }, entries };
}

/** The bytes of a block whose checksum holds, as they are stored: data blocks are not unpacked. */
function blockAt(table: Uint8Array, { offset, size }: Place): { bytes: Uint8Array; packed: boolean } | null {
  const end = offset + size;
  if (end + TRAILER_BYTES > table.length - FOOTER_BYTES) return null;
  const view = new DataView(table.buffer, table.byteOffset);
  if (view.getUint32(end + 1, true) !== maskedCrc(table.subarray(offset, end + 1))) return null;
  return { bytes: table.subarray(offset, end), packed: table[end] === SNAPPY };
}

function metaBlocksAreWhole(table: Uint8Array, meta: Place): boolean {
  const block = blockAt(table, meta);
  const entries = block && entriesOf(block);
  return entries?.every((entry) => blockAt(table, entry) !== null) ?? false;
}

/** Entries of an index: shared and own length of the key, length of the value, key, value; restarts at the end. */
function entriesOf({ bytes, packed }: { bytes: Uint8Array; packed: boolean }): IndexEntry[] | null {
  const block = packed ? unsnappy(bytes, MAX_INDEX) : bytes;
  if (block === null || block.length < 4) return null;
  const restarts = new DataView(block.buffer, block.byteOffset).getUint32(block.length - 4, true);
  const end = block.length - 4 - 4 * restarts;
  if (end < 0) return null;
  const entries: IndexEntry[] = [];
  let key = new Uint8Array();
  for (let at = 0; at < end; ) {
    const head = readVarints(block, at, 3);
    const [shared, own, length] = head?.values ?? [];
    if (!head || shared === undefined || own === undefined || length === undefined) return null;
    if (shared > key.length || head.end + own + length > end) return null;
    key = concatBytes(
      key.subarray(0, shared),
      block.subarray(head.end, head.end + own),
    ) as Uint8Array<ArrayBuffer>;
    const [offset, size] = readVarints(block, head.end + own, 2)?.values ?? [];
    if (offset === undefined || size === undefined) return null;
    entries.push({ key, offset, size });
    at = head.end + own + length;
  }
  return entries;
}

function encodeBlock(entries: readonly (readonly [key: Uint8Array, value: Uint8Array])[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (const [at, [key, value]] of entries.entries()) {
    const before = entries[at - 1]?.[0] ?? new Uint8Array();
    let shared = 0;
    while (shared < key.length && shared < before.length && key[shared] === before[shared]) shared += 1;
    pieces.push(
      varint(shared),
      varint(key.length - shared),
      varint(value.length),
      key.subarray(shared),
      value,
    );
  }
  const restarts = new Uint8Array(8);
  new DataView(restarts.buffer).setUint32(4, 1, true);
  return concatBytes(...pieces, restarts);
}

function sealedBlock(block: Uint8Array): Uint8Array {
  const out = new Uint8Array(block.length + TRAILER_BYTES);
  out.set(block);
  new DataView(out.buffer).setUint32(block.length + 1, maskedCrc(out.subarray(0, block.length + 1)), true);
  return out;
}

function footerOf(meta: Place, index: Place): Uint8Array {
  const out = new Uint8Array(FOOTER_BYTES);
  out.set(concatBytes(encodePlace(meta), encodePlace(index)));
  out.set(MAGIC, FOOTER_BYTES - MAGIC.length);
  return out;
}

function encodePlace({ offset, size }: Place): Uint8Array {
  return concatBytes(varint(offset), varint(size));
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return Uint8Array.from([...bytes, rest]);
}

function readVarints(
  bytes: Uint8Array,
  from: number,
  count: number,
): { values: number[]; end: number } | null {
  const values: number[] = [];
  let at = from;
  while (values.length < count) {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = bytes[at];
      if (byte === undefined || scale > 2 ** 49) return null;
      at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
    }
    values.push(value);
  }
  return { values, end: at };
}
