import { blake2b } from '@noble/hashes/blake2.js';
import { concatBytes, encodeText } from '../../bytes/bytes.ts';
import { toHex } from '../../bytes/hex.ts';
import type { Hex } from '../../domain/units.ts';

/** Passes the vote in a bundle through and hashes it on the way. */
export interface HashedBundle {
  /** Ends with the vote: trials are neither read nor hashed. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** blake2-256 of everything that went through; whole once the chunks have ended. */
  hash(): Hex;
}

/**
 * What the rescue contract names as evidence: blake2-256 of the lines up to the result, that one included. Trials come after it: those
 * of two services need not be the same, and each is checked by being repeated.
 */
export function hashBundle(chunks: AsyncIterable<Uint8Array | string>): HashedBundle {
  const state = blake2b.create({ dkLen: 32 });
  async function* pass(): AsyncGenerator<Uint8Array> {
    for await (const bytes of votePart(chunks)) {
      state.update(bytes);
      yield bytes;
    }
  }
  return { chunks: pass(), hash: () => toHex(state.clone().digest()) };
}

/** The result is the only line that begins so: members of canonical JSON are sorted. */
const RESULT = encodeText('{"decision":');
const LINE_FEED = 0x0a;

/** A bundle up to the end of its result; all of it when it has none. */
async function* votePart(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array> {
  /** As much of the present line as tells whether it is the result. */
  let begun: Uint8Array = new Uint8Array();
  for await (const chunk of chunks) {
    const bytes = typeof chunk === 'string' ? encodeText(chunk) : chunk;
    for (let start = 0; start < bytes.length; ) {
      const end = bytes.indexOf(LINE_FEED, start);
      const stop = end < 0 ? bytes.length : end;
      if (begun.length < RESULT.length) {
        const missing = RESULT.length - begun.length;
        begun = concatBytes(begun, bytes.subarray(start, Math.min(stop, start + missing)));
      }
      if (end < 0) break;
      if (begins(begun)) {
        yield bytes.subarray(0, end + 1);
        return;
      }
      begun = new Uint8Array();
      start = end + 1;
    }
    yield bytes;
  }
}

function begins(line: Uint8Array): boolean {
  return line.length === RESULT.length && line.every((byte, index) => byte === RESULT[index]);
}
