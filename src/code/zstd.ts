import { Decompress } from 'fzstd';
import { beginsWith, concatBytes } from '../bytes/bytes.ts';
import { ByteReader, MalformedBytes } from '../bytes/reader.ts';

const MAGIC = 0xfd2fb528;
/** Of 0x184d2a50 to 0x184d2a5f, all but the last four bits. */
const SKIPPABLE = 0x184d2a5;
/** Largest window that a decoder of Substrate accepts: 2^27 bytes, zstd's `ZSTD_WINDOWLOG_LIMIT_DEFAULT`. */
const LARGEST_WINDOW = 2 ** 27;
const LARGEST_BLOCK = 128 * 1024;
/** Marks a compressed blob (`sp_maybe_compressed_blob::ZSTD_PREFIX`). */
const PREFIX = Uint8Array.of(0x52, 0xbc, 0x53, 0x76, 0x46, 0xdb, 0x8e, 0x05);
/** `sp_maybe_compressed_blob::CODE_BLOB_BOMB_LIMIT`: nodes take no code that is larger when unpacked. */
const LARGEST_CODE = 50 * 1024 * 1024;
const BLOCK = { raw: 0, rle: 1, compressed: 2 } as const;

/** True for a blob that is zstd behind Substrate's 8-byte prefix. */
export function isCompressed(blob: Uint8Array): boolean {
  return beginsWith(blob, PREFIX);
}

/**
 * The wasm of a code blob as chains store it, compressed or not; whether it is wasm is not looked at.
 * @throws MalformedBytes when it is damaged, or larger than nodes take.
 */
export function unpackCode(blob: Uint8Array): Uint8Array {
  if (isCompressed(blob)) return decompressFrame(blob.subarray(PREFIX.length), LARGEST_CODE);
  if (blob.length > LARGEST_CODE) throw tooLarge(LARGEST_CODE);
  return blob;
}

/**
 * Decompresses one zstd frame (RFC 8878) of at most `limit` bytes of content. The frame's headers are checked before
 * anything is decompressed, and output stops at the limit, so that a small blob cannot claim gigabytes. A content
 * checksum, which Substrate's compressor does not write, is not verified.
 * @throws MalformedBytes
 */
export function decompressFrame(frame: Uint8Array, limit: number): Uint8Array {
  const prepared = prepareFrame(frame, limit);
  const chunks: Uint8Array[] = [];
  let size = 0;
  const stream = new Decompress((chunk) => {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  });
  try {
    stream.push(prepared.frame, true);
  } catch (cause) {
    if (cause instanceof MalformedBytes) throw cause;
    throw new MalformedBytes('the zstd frame cannot be decompressed: its data is corrupt', { cause });
  }
  if (prepared.contentSize !== null && prepared.contentSize !== size) {
    throw new MalformedBytes(
      `the zstd frame claims ${prepared.contentSize} bytes of content and holds ${size}`,
    );
  }
  return concatBytes(...chunks);
}

/**
 * Checks headers and the chain of blocks. A window that is larger than what the blocks can hold is made smaller in the
 * copy: the content stays the same, and the decoder, which moves its whole window for each block, need not be slow.
 */
function prepareFrame(bytes: Uint8Array, limit: number): { frame: Uint8Array; contentSize: number | null } {
  const reader = new ByteReader(bytes, 'zstd frame');
  if (reader.little(4) !== MAGIC) throw reader.malformed('does not begin with the mark of zstd');
  const descriptor = reader.u8();
  const singleSegment = (descriptor & 0x20) !== 0;
  if ((descriptor & 0x08) !== 0) throw reader.malformed('has a reserved bit set');
  const windowAt = reader.offset;
  let window = 0;
  if (!singleSegment) {
    const code = reader.u8();
    const base = 2 ** (10 + (code >> 3));
    window = base + (base / 8) * (code & 7);
    if (window > LARGEST_WINDOW) throw reader.malformed(`asks for a window of ${window} bytes`);
  }
  if ((descriptor & 3) !== 0) throw reader.malformed('needs a dictionary');
  const contentSize = readContentSize(reader, descriptor >> 6, singleSegment);
  if (contentSize !== null && contentSize > limit) throw tooLarge(limit);

  const most = walkBlocks(reader);
  if ((descriptor & 0x04) !== 0) reader.view(4);
  const frame = bytes.subarray(0, reader.offset);
  passSkippable(reader);

  const needed = Math.max(Math.min(most, limit), LARGEST_BLOCK);
  if (singleSegment || window <= needed * 2) return { frame, contentSize };
  const copy = frame.slice();
  // Smallest power of two above `needed`, which is below the declared window and so fits the five bits.
  copy[windowAt] = (Math.ceil(Math.log2(needed)) - 10) << 3;
  return { frame: copy, contentSize };
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

/** The most content that the blocks can hold. */
function walkBlocks(reader: ByteReader): number {
  let most = 0;
  for (let last = false; !last; ) {
    const header = reader.little(3);
    last = (header & 1) === 1;
    const size = header >> 3;
    const type = (header >> 1) & 3;
    if (size > LARGEST_BLOCK) throw reader.malformed('has a block above 128 KiB');
    if (type === BLOCK.raw) reader.view(size);
    else if (type === BLOCK.rle) reader.view(1);
    else if (type === BLOCK.compressed) reader.view(size);
    else throw reader.malformed('has a block of reserved kind');
    most += type === BLOCK.compressed ? LARGEST_BLOCK : size;
  }
  return most;
}

function tooLarge(limit: number): MalformedBytes {
  return new MalformedBytes(`the code is larger than ${limit} bytes when decompressed`);
}
