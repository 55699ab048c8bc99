import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MalformedBytes } from '../../src/bytes/reader.ts';
import { decompressFrame } from '../../src/code/zstd.ts';
import { WINDOW_1_MIB, ZSTD_MAGIC } from './tiny-runtime.ts';
import { contentOf } from './zstd-content.ts';

const FOLDER = new URL('../fixtures/zstd/', import.meta.url);
const FRAMES = readdirSync(FOLDER).map(
  (name) => [name, new Uint8Array(readFileSync(new URL(name, FOLDER)))] as const,
);
const LIMIT = 1_000_000;

/**
 * A frame of `blocks` blocks of twelve bytes that claim `count` sequences each, of three bytes without a literal, and read
 * no bit for any of them.
 */
function sequenceBomb(blocks: number, count: number): Uint8Array {
  const rest = count - 0x7f00;
  const body = [0x00, 255, rest & 0xff, rest >> 8, 0x54, 0, 0, 0, 0x01];
  const block = [(body.length << 3) | (2 << 1), 0, 0, ...body];
  const first = [4 << 3, 0, 0, 1, 2, 3, 4];
  const all = Array.from({ length: blocks }, () => block).flat();
  return Uint8Array.from([...ZSTD_MAGIC, ...WINDOW_1_MIB, ...first, ...all, 1, 0, 0]);
}

describe('decompressing zstd', () => {
  it.each(FRAMES)('gives what zstd made the frame %s of', (name, frame) => {
    const content = contentOf(name.split('-')[0] ?? '');
    expect(decompressFrame(frame, content.length)).toEqual(content);
    expect(() => decompressFrame(frame, content.length - 1)).toThrow('larger than');
  });

  it('refuses a frame that was cut off, wherever', () => {
    for (const [, frame] of FRAMES) {
      const step = Math.max(1, Math.floor(frame.length / 40));
      for (let length = 0; length < frame.length; length += step)
        expect(() => decompressFrame(frame.subarray(0, length), LIMIT)).toThrow(MalformedBytes);
    }
  });

  it('holds the content against the checksum that comes with it, as nodes do', () => {
    const [, frame] = FRAMES.find(([name]) => name === 'noise-3.zst') ?? [];
    const changed = frame?.slice() ?? new Uint8Array();
    changed[100] = (changed[100] ?? 0) ^ 1;
    expect(() => decompressFrame(changed, LIMIT)).toThrow('checksum');
  });

  it('never gives more than its limit or fails otherwise than with a sentence, whatever is flipped', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FRAMES),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }),
        ([, frame], flips) => {
          const damaged = frame.slice();
          for (const [at, bits] of flips) {
            const place = at % damaged.length;
            damaged[place] = (damaged[place] ?? 0) ^ bits;
          }
          try {
            expect(decompressFrame(damaged, LIMIT).length).toBeLessThanOrEqual(LIMIT);
          } catch (error) {
            expect(error).toBeInstanceOf(MalformedBytes);
          }
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('stops at the first block that claims more than a block may hold', () => {
    // 32 KB of this kept the decoder of before busy for 22 s.
    expect(() => decompressFrame(sequenceBomb(2700, 98_047), 50 * 1024 * 1024)).toThrow('more than 128 KiB');
  });

  it('costs as much more as there is more content, however few bytes it comes in', () => {
    const cost = (blocks: number): number => {
      const frame = sequenceBomb(blocks, 43_690);
      const before = process.cpuUsage();
      expect(decompressFrame(frame, 50 * 1024 * 1024)).toHaveLength(4 + blocks * 131_070);
      return process.cpuUsage(before).user;
    };
    cost(10);
    expect(cost(120)).toBeLessThan(12 * cost(30));
    expect(() => decompressFrame(sequenceBomb(100, 43_690), 1_000_000)).toThrow('larger than 1000000 bytes');
  });

  it.each([
    // Three tables of 512, 256 and 512 states, two names each, for one sequence of three bytes.
    ['tables of states', [108, 0, 0, 0, 1, 0xa8, 228, 255, 227, 127, 228, 255, 0, 0, 0, 4]],
    // A table of codes of eleven bits, for one literal.
    ['tables of codes', [100, 0, 0, 18, 0, 2, 138, 186, 152, 118, 84, 50, 16, 3, 0]],
    // No literal, no sequence.
    ['blocks that are empty', [20, 0, 0, 0, 0]],
  ])('refuses eight megabytes of %s before they cost seconds', (_what, block) => {
    const frameOf = (blocks: number): Uint8Array => {
      const frame = new Uint8Array(13 + blocks * block.length + 3);
      frame.set([...ZSTD_MAGIC, ...WINDOW_1_MIB, 4 << 3, 0, 0, 1, 2, 3, 4]);
      for (let index = 0; index < blocks; index++) frame.set(block, 13 + index * block.length);
      frame.set([1, 0, 0], frame.length - 3);
      return frame;
    };
    // A few of them are what an encoder may make.
    expect(decompressFrame(frameOf(10), LIMIT).length).toBeGreaterThanOrEqual(4);
    const frame = frameOf(Math.floor((8 * 1024 * 1024) / block.length));
    const before = process.cpuUsage();
    expect(() => decompressFrame(frame, LIMIT * 50)).toThrow('its blocks hold too little');
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1500);
  });
});
