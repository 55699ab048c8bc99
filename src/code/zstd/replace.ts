import { concatBytes, equalBytes } from '../../bytes/bytes.ts';
import { encodeU32 } from '../../bytes/scale.ts';
import { checksumOf, decompressFrame, type FrameNotes, type NotedBlock } from './frame.ts';
import type { RecentOffsets, Sequence } from './sequences.ts';
import { writeBlock } from './write/block.ts';

/** Shorter matches cannot be written. */
const SHORTEST_MATCH = 3;
/** In a frame's first byte after its mark: it ends with a checksum. */
const HAS_CHECKSUM = 0x04;

/**
 * A frame whose content is the same but for `bytes` at `position`. Blocks before that place stay as they are; those behind it keep
 * the repetitions that its encoder found, so that it becomes no larger than a few bytes a block, and are written anew with tables of their own. The
 * same frame always gives the same one, and `limit` is of the content.
 * @throws MalformedBytes
 */
export function replaceInFrame(
  frame: Uint8Array,
  position: number,
  bytes: Uint8Array,
  limit: number,
): Uint8Array {
  const notes: FrameNotes = { blocks: [], end: 0 };
  const before = decompressFrame(frame, limit, notes);
  const { blocks } = notes;
  if (position < 0 || position + bytes.length > before.length)
    throw new RangeError('there is no such place in the frame');
  const end = position + bytes.length;
  if (equalBytes(before.subarray(position, end), bytes)) return frame;
  const content = before.slice();
  content.set(bytes, position);
  const first = blocks.findIndex(({ to }) => to > position);
  const [begin] = blocks.slice(first);
  const last = blocks.at(-1);
  if (!begin || !last) throw new RangeError('there is no such place in the frame');
  const recent: RecentOffsets = [...(blocks[first - 1]?.recent ?? ([1, 4, 8] as const))];
  const pieces = [frame.subarray(0, begin.start)];
  for (const block of blocks.slice(first)) {
    const sequences = stillRight(block, content, { position, end });
    pieces.push(writeBlock(content.subarray(block.from, block.to), sequences, recent, block === last));
  }
  const tail = frame.subarray(notes.end);
  const hasChecksum = ((frame[4] ?? 0) & HAS_CHECKSUM) !== 0;
  return hasChecksum
    ? concatBytes(...pieces, encodeU32(checksumOf(content)), tail.subarray(4))
    : concatBytes(...pieces, tail);
}

/** The block's sequences, without the bytes that they would give wrongly now: those are literals from now on. */
function stillRight(
  { from, sequences }: NotedBlock,
  content: Uint8Array,
  changed: { readonly position: number; readonly end: number },
): Sequence[] {
  const right: Sequence[] = [];
  let at = from;
  let literals = 0;
  const push = (match: number, offset: number): void => {
    if (match < SHORTEST_MATCH) literals += match;
    else {
      right.push({ literals, match, offset });
      literals = 0;
    }
  };
  for (const { literals: given, match, offset } of sequences) {
    literals += given;
    at += given;
    const isTouched = at - offset < changed.end && at + match > changed.position;
    let begin = 0;
    if (isTouched) {
      for (let index = 0; index < match; index++) {
        if (content[at + index] === content[at + index - offset]) continue;
        push(index - begin, offset);
        literals += 1;
        begin = index + 1;
      }
    }
    push(match - begin, offset);
    at += match;
  }
  return right;
}
