import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/bytes/bytes.ts';
import { blake2b256, ProofError, verifyReadProof } from '../../src/proof/index.ts';
import { decodeNode, encodeNodeHeader } from '../../src/proof/node-codec.ts';

const of = (...bytes: number[]) => Uint8Array.from(bytes);

/** Reads `key` from the state whose root node is this one: what a node must survive when the root is honest. */
function readUnder(node: Uint8Array, key: Uint8Array, ...more: Uint8Array[]): Uint8Array | null {
  const [value] = verifyReadProof({ stateRoot: blake2b256(node), proof: [node, ...more], keys: [key] });
  return value ?? null;
}

const hash = new Uint8Array(32).fill(0xee);

describe('a node', () => {
  it('is read as a leaf, a branch with and without a value, inline or hashed', () => {
    const value = new Uint8Array(33).fill(9);
    expect(readUnder(of(0x42, 0x12, 4, 0xaa), of(0x12))).toEqual(of(0xaa));
    expect(readUnder(concatBytes(of(0x22, 0x12), blake2b256(value)), of(0x12), value)).toEqual(value);
    // Branch at the root; child 1 is an inline leaf with partial key 2.
    const child = of(4 << 2, 0x41, 0x02, 4, 0xbb);
    expect(readUnder(concatBytes(of(0x80, 0b10, 0), child), of(0x12))).toEqual(of(0xbb));
    expect(readUnder(concatBytes(of(0x80, 0b10, 0), child), of())).toBeNull();
    expect(readUnder(concatBytes(of(0xc0, 0b10, 0, 4, 0xcc), child), of())).toEqual(of(0xcc));
    expect(readUnder(concatBytes(of(0x10, 0b10, 0), blake2b256(value), child), of(), value)).toEqual(value);
  });

  it.each<[string, Uint8Array]>([
    ['nothing at all', of()],
    ['an escape header', of(0x01)],
    ['an empty node that is longer', of(0x00, 0x00)],
    ['a header that does not end', of(0x7f, 0xff)],
    ['a partial key that does not end', of(0x44, 0x12)],
    ['padding that is not zero', of(0x41, 0x12, 4, 0xaa)],
    ['no bitmap', of(0x80)],
    ['half a bitmap', of(0x80, 0x01)],
    ['a branch without children', of(0xc0, 0, 0, 4, 0xaa)],
    ['a value that does not end', of(0x42, 0x12, 8, 0xaa)],
    ['no value', of(0x42, 0x12)],
    ['a length of two bytes that fits into one', of(0x42, 0x12, 5, 0, 0xaa)],
    ['a length of four bytes that fits into one', of(0x42, 0x12, 6, 0, 0, 0, 0xaa)],
    ['a length of five bytes that fits into one', of(0x42, 0x12, 3, 1, 0, 0, 0, 0xaa)],
    ['a length beyond 32 bits', of(0x42, 0x12, 7, 1, 0, 0, 0, 1, 0xaa)],
    ['half a length', of(0x42, 0x12, 2, 0)],
    ['half a hashed value', concatBytes(of(0x22, 0x12), hash.subarray(1))],
    ['bytes after a leaf', of(0x42, 0x12, 4, 0xaa, 0)],
    ['bytes after a hashed value', concatBytes(of(0x22, 0x12), hash, of(0))],
    ['a missing child', of(0x80, 0b11, 0, 4, 0x40)],
    ['an empty child', of(0x80, 0b1, 0, 0)],
    ['a child that does not end', of(0x80, 0b1, 0, 16, 0x41)],
    ['a child of 33 bytes', concatBytes(of(0x80, 0b1, 0, 33 << 2), hash, of(0))],
    ['a child with an overlong length', of(0x80, 0b1, 0, 1, 0, 0x40)],
    ['bytes after the last child', concatBytes(of(0x80, 0b1, 0, 32 << 2), hash, of(0))],
  ])('with %s is refused', (_, node) => {
    expect(() => readUnder(node, of(0x12))).toThrowError(
      expect.objectContaining({ name: 'ProofError', code: 'PROOF_BAD_NODE' }),
    );
  });

  it('that is inline and malformed is refused when a key leads there, and only then', () => {
    // Child 0 is an empty node, which only a root may be; child 1 is a leaf.
    const node = of(0x80, 0b11, 0, 4, 0x00, 16, 0x41, 0x02, 4, 0xbb);
    expect(readUnder(node, of(0x12))).toEqual(of(0xbb));
    expect(() => readUnder(node, of(0x02))).toThrowError(expect.objectContaining({ code: 'PROOF_BAD_NODE' }));
  });

  it('is never taken for a value, nor a value for a node', () => {
    const leaf = concatBytes(of(0x41, 0x02, 128), new Uint8Array(32).fill(5));
    const branch = concatBytes(of(0x80, 0b10, 0, 32 << 2), blake2b256(leaf));
    // The same hash as a value gives the bytes, as a child it gives the leaf's value.
    expect(readUnder(concatBytes(of(0x22, 0x12), blake2b256(leaf)), of(0x12), leaf)).toEqual(leaf);
    expect(readUnder(branch, of(0x12), leaf)).toEqual(leaf.subarray(3));
  });

  it('of random bytes is decoded or refused with a code', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (node) => {
        try {
          decodeNode(node, 0, node.length);
        } catch (error) {
          if (!(error instanceof ProofError) || error.code !== 'PROOF_BAD_NODE') throw error;
        }
      }),
      { numRuns: 5000 },
    );
  });
});

describe('a node header', () => {
  it('says every length of a partial key once', () => {
    for (let nibbles = 0; nibbles < 1200; nibbles++) {
      for (const kind of ['inline', 'hash'] as const) {
        const header = encodeNodeHeader(true, kind, nibbles);
        const value = kind === 'hash' ? hash : of(0);
        const node = concatBytes(Uint8Array.from(header), new Uint8Array((nibbles + 1) >> 1), value);
        expect(decodeNode(node, 0, node.length)).toMatchObject({ nibbles, value: kind, bitmap: 0 });
      }
    }
  });
});
