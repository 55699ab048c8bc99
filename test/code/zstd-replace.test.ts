import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalBytes } from '../../src/bytes/bytes.ts';
import { MalformedBytes } from '../../src/bytes/reader.ts';
import { replaceInFrame } from '../../src/code/zstd/replace.ts';
import { decompressFrame } from '../../src/code/zstd.ts';

const FOLDER = new URL('../fixtures/zstd/', import.meta.url);
const FRAMES = readdirSync(FOLDER).map(
  (name) => [name, new Uint8Array(readFileSync(new URL(name, FOLDER)))] as const,
);
const LIMIT = 1_000_000;

function replaced(frame: Uint8Array, position: number, bytes: Uint8Array): boolean {
  const expected = decompressFrame(frame, LIMIT).slice();
  expected.set(bytes, position);
  return equalBytes(decompressFrame(replaceInFrame(frame, position, bytes, LIMIT), LIMIT), expected);
}

describe('replacing bytes in a zstd frame', () => {
  it('changes these bytes and no others, wherever they stand and whatever repeats them', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FRAMES),
        fc.nat(),
        fc.uint8Array({ minLength: 1, maxLength: 8 }),
        ([, frame], at, bytes) => {
          const { length } = decompressFrame(frame, LIMIT);
          return replaced(frame, at % (length - bytes.length + 1), bytes);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps what stands before the place, and needs a few bytes more a block', () => {
    for (const [name, frame] of FRAMES.filter(([name]) => !name.startsWith('zeros'))) {
      const { length } = decompressFrame(frame, LIMIT);
      const out = replaceInFrame(frame, length - 4, Uint8Array.of(1, 2, 250, 7), LIMIT);
      expect({ name, fits: out.length <= frame.length + 64 }).toEqual({ name, fits: true });
      expect(replaceInFrame(frame, length - 4, Uint8Array.of(1, 2, 250, 7), LIMIT)).toEqual(out);
    }
  });

  it('leaves a frame that holds these bytes already', () => {
    const [, frame] = FRAMES[0] ?? ['', new Uint8Array()];
    expect(replaceInFrame(frame, 3, decompressFrame(frame, LIMIT).slice(3, 7), LIMIT)).toBe(frame);
    expect(() => replaceInFrame(frame, LIMIT, Uint8Array.of(1), LIMIT)).toThrow(RangeError);
  });

  it('makes of a damaged frame a sentence, or a frame of the same content but for these bytes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FRAMES),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        ([, frame], at, bits) => {
          const damaged = frame.slice();
          damaged[at % damaged.length] = (damaged[at % damaged.length] ?? 0) ^ bits;
          try {
            expect(replaced(damaged, 0, Uint8Array.of(9))).toBe(true);
          } catch (error) {
            if (!(error instanceof RangeError)) expect(error).toBeInstanceOf(MalformedBytes);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
