import fc from 'fast-check';
import decodeQR from 'qr/decode.js';
import { describe, expect, it } from 'vitest';
import { MOST_QR_BYTES, qrModules } from '../../src/bytes/qr-code.ts';
import { imageOf } from '../support/qr-image.ts';

/** What a scanner reads, byte by byte. */
function scanned(modules: readonly (readonly boolean[])[]): Uint8Array {
  let read = new Uint8Array();
  decodeQR(imageOf(modules), {
    textDecoder: (bytes) => {
      read = Uint8Array.from(bytes);
      return '';
    },
  });
  return read;
}

describe('a QR code', () => {
  it('gives a scanner the bytes that it was made of, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 700 }), (bytes) => {
        const modules = qrModules(bytes);
        expect(modules && scanned(modules)).toEqual(bytes);
      }),
      { numRuns: 12 },
    );
  });

  it('holds as much as the largest code does, and nothing more', () => {
    const most = new Uint8Array(MOST_QR_BYTES).fill(0x53);
    expect(scanned(qrModules(most) ?? [])).toEqual(most);
    expect(qrModules(new Uint8Array(MOST_QR_BYTES + 1))).toBeNull();
    expect(qrModules(new Uint8Array())).toBeNull();
  });

  it('has the quiet zone that scanners need', () => {
    const modules = qrModules(Uint8Array.of(1)) ?? [];
    const edge = [
      ...modules.slice(0, 4),
      ...modules.slice(-4),
      ...modules.map((row) => [...row.slice(0, 4), ...row.slice(-4)]),
    ];
    expect(edge.flat()).not.toContain(true);
    expect(modules[4]?.[4]).toBe(true);
  });
});
