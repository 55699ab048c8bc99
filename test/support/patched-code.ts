import { concatBytes } from '../../src/bytes/bytes.ts';
import { outlineWasm } from '../../src/code/sections.ts';
import { isCompressed, unpackCode } from '../../src/code/zstd.ts';

const PREFIX = 8;
/** Of a zstd frame that tells neither size nor checksum, with a window of 8 MB. */
const FRAME_HEAD = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x68);
const LARGEST_BLOCK = 128 * 1024;
const NOP = 0x01;

/**
 * A real runtime with some bytes changed, and another hash in any case. What lies before the first changed byte stays
 * compressed, what comes after it does not: so it is no larger than a relay chain takes, where the change is far enough behind.
 */
export function patchedCode(
  blob: Uint8Array,
  patch: (wasm: Uint8Array) => void = () => undefined,
): Uint8Array {
  if (!isCompressed(blob)) throw new Error('the blob is not compressed');
  const before = unpackCode(blob);
  const wasm = before.slice();
  patch(wasm);
  const changed = wasm.findIndex((byte, index) => byte !== before[index]);
  const most = changed < 0 ? wasm.length - 1 : changed;
  const blocks = blocksOf(blob);
  // No block holds more than the largest one, so this is where to look first.
  let kept = Math.min(blocks.length - 1, Math.floor(most / LARGEST_BLOCK) + 1);
  let length = Number.POSITIVE_INFINITY;
  while (length > most) {
    kept -= 1;
    length = kept === 0 ? 0 : unpackCode(framed(blob, blocks.slice(0, kept), true)).length;
  }
  const raw: Uint8Array[] = [];
  for (let at = length; at < wasm.length; at += LARGEST_BLOCK) {
    const part = wasm.subarray(at, at + LARGEST_BLOCK);
    raw.push(blockHead(part.length, 0, at + LARGEST_BLOCK >= wasm.length), part);
  }
  return concatBytes(framed(blob, blocks.slice(0, kept), false), ...raw);
}

/** Makes `validate_block` of a runtime trap at once, and nothing else of it: two times `unreachable`. */
export const withoutValidation = (wasm: Uint8Array): void => beginWith(wasm, 'validate_block', [0x00, 0x00]);

/** Makes `validate_block` of a runtime run for ever, and nothing else of it: `loop; br 0; end; unreachable`. */
export const withEndlessValidation = (wasm: Uint8Array): void => endlessAt('validate_block')(wasm);

/** The same of another exported function. */
export const endlessAt =
  (name: string) =>
  (wasm: Uint8Array): void =>
    beginWith(wasm, name, [0x03, 0x40, 0x0c, 0x00, 0x0b, 0x00]);

/** Makes an exported function of a runtime answer with no bytes at once: `i64.const 0; return`. */
export const answeringNothing =
  (name: string) =>
  (wasm: Uint8Array): void =>
    beginWith(wasm, name, [0x42, 0x00, 0x0f]);

/** Puts instructions in place of those with which the function makes room on its stack; nothing behind them may be come to. */
function beginWith(wasm: Uint8Array, name: string, code: readonly number[]): void {
  const { declarations } = outlineWasm(wasm);
  const imported = declarations.imports.filter(({ kind }) => kind === 0).length;
  const index = declarations.exports.find((exported) => exported.name === name)?.index;
  if (index === undefined) throw new Error(`there is no ${name}`);
  let at = bodyOf(wasm, index - imported);
  let groups = 0;
  [groups, at] = leb(wasm, at);
  for (; groups > 0; groups--) at = leb(wasm, at)[1] + 1;
  // `global.get 0`, where the stack pointer is; `i32.const` with the size; `i32.sub`.
  if (wasm[at] !== 0x23 || wasm[at + 1] !== 0 || wasm[at + 2] !== 0x41)
    throw new Error(`${name} begins in another way`);
  const end = code.length > 2 ? leb(wasm, at + 3)[1] + 1 : at + 2;
  if (code.length > end - at) throw new Error(`${name} begins with too few bytes`);
  wasm.fill(NOP, at, end);
  wasm.set(code, at);
}

/** Where the body of a function begins, behind its length. */
function bodyOf(wasm: Uint8Array, wanted: number): number {
  let at = 8;
  for (;;) {
    const id = wasm[at];
    let length = 0;
    [length, at] = leb(wasm, at + 1);
    if (id !== 10) {
      at += length;
      continue;
    }
    at = leb(wasm, at)[1];
    for (let index = 0; ; index++) {
      [length, at] = leb(wasm, at);
      if (index === wanted) return at;
      at += length;
    }
  }
}

function leb(bytes: Uint8Array, from: number): [value: number, next: number] {
  let value = 0;
  for (let at = from, shift = 0; ; at++, shift += 7) {
    const byte = bytes[at] ?? 0;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return [value >>> 0, at + 1];
  }
}

interface Block {
  readonly start: number;
  readonly end: number;
  readonly kind: number;
  readonly size: number;
}

/** The blocks of a frame that tells its size in four bytes and has one segment, as the committed blobs do. */
function blocksOf(blob: Uint8Array): Block[] {
  if (blob[PREFIX + 4] !== 0xa4) throw new Error('the frame has another head');
  const blocks: Block[] = [];
  for (let at = PREFIX + 4 + 1 + 4; ; ) {
    const head = (blob[at] ?? 0) | ((blob[at + 1] ?? 0) << 8) | ((blob[at + 2] ?? 0) << 16);
    const [kind, size] = [(head >> 1) & 3, head >> 3];
    const end = at + 3 + (kind === 1 ? 1 : size);
    blocks.push({ start: at + 3, end, kind, size });
    if (head & 1) return blocks;
    at = end;
  }
}

function framed(blob: Uint8Array, blocks: readonly Block[], isWhole: boolean): Uint8Array {
  const parts = blocks.flatMap(({ start, end, kind, size }, index) => [
    blockHead(size, kind, isWhole && index === blocks.length - 1),
    blob.subarray(start, end),
  ]);
  return concatBytes(blob.subarray(0, PREFIX), FRAME_HEAD, ...parts);
}

function blockHead(size: number, kind: number, isLast: boolean): Uint8Array {
  const head = (size << 3) | (kind << 1) | (isLast ? 1 : 0);
  return Uint8Array.of(head & 0xff, (head >> 8) & 0xff, (head >> 16) & 0xff);
}
