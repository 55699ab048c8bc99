import { TypeRegistry } from '@polkadot/types';
import type { Header as PolkadotHeader } from '@polkadot/types/interfaces';
import { u8aToHex } from '@polkadot/util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DigestItem,
  decodeHeadData,
  decodeHeader,
  encodeCompact,
  encodeHeader,
  type Header,
  headerHash,
  ProofError,
} from '../../src/proof/index.ts';

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const engine = fc.uint8Array({ minLength: 4, maxLength: 4 });
const data = fc.uint8Array({ maxLength: 100 });

const digestItem: fc.Arbitrary<DigestItem> = fc.oneof(
  fc.record({
    type: fc.constantFrom('preRuntime' as const, 'consensus' as const, 'seal' as const),
    engine,
    data,
  }),
  fc.record({ type: fc.constant('other' as const), data }),
  fc.constant({ type: 'runtimeEnvironmentUpdated' as const }),
);

const anyHeader: fc.Arbitrary<Header> = fc.record({
  parentHash: hash,
  number: fc.oneof(fc.nat({ max: 70 }), fc.nat({ max: 20_000 }), fc.integer({ min: 0, max: 0xffff_ffff })),
  stateRoot: hash,
  extrinsicsRoot: hash,
  digest: fc.array(digestItem, { maxLength: 6 }),
});

describe('a header', () => {
  it('is read and written as @polkadot/types does, with the same hash', () => {
    const registry = new TypeRegistry();
    fc.assert(
      fc.property(anyHeader, (header) => {
        const encoded = encodeHeader(header);
        const theirs = registry.createType<PolkadotHeader>('Header', encoded);
        expect(u8aToHex(encoded)).toBe(theirs.toHex());
        expect(u8aToHex(headerHash(encoded))).toBe(theirs.hash.toHex());
        expect(u8aToHex(header.stateRoot)).toBe(theirs.stateRoot.toHex());
        expect(theirs.number.toNumber()).toBe(header.number);
        expect(theirs.digest.logs.map((log) => log.type)).toEqual(
          header.digest.map(({ type }) => type.charAt(0).toUpperCase() + type.slice(1)),
        );
        expect(decodeHeader(encoded)).toEqual(header);
      }),
    );
  });

  it('is refused when truncated, continued or of unknown parts', () => {
    fc.assert(
      fc.property(
        anyHeader,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (header, part) => {
          const encoded = encodeHeader(header);
          const refused = expect.objectContaining({ name: 'ProofError', code: 'PROOF_BAD_HEADER' });
          expect(() => decodeHeader(encoded.subarray(0, Math.floor(part * encoded.length)))).toThrowError(
            refused,
          );
          expect(() => decodeHeader(Uint8Array.from([...encoded, 0]))).toThrowError(refused);
        },
      ),
    );
    const unknown = encodeHeader({
      parentHash: new Uint8Array(32),
      number: 1,
      stateRoot: new Uint8Array(32),
      extrinsicsRoot: new Uint8Array(32),
      digest: [{ type: 'runtimeEnvironmentUpdated' }],
    });
    unknown[unknown.length - 1] = 7;
    expect(() => decodeHeader(unknown)).toThrowError(/unknown kind 7/);
  });

  it('of random bytes is read as what writes the same bytes, or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 90, maxLength: 200 }), (bytes) => {
        let header: Header;
        try {
          header = decodeHeader(bytes);
        } catch (error) {
          if (!(error instanceof ProofError)) throw error;
          return;
        }
        expect(encodeHeader(header)).toEqual(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it('with parts of the wrong length is not written', () => {
    const header = { parentHash: new Uint8Array(31), number: 1, stateRoot: new Uint8Array(32), digest: [] };
    expect(() => encodeHeader({ ...header, extrinsicsRoot: new Uint8Array(32) })).toThrowError(/parent hash/);
  });
});

describe('head data', () => {
  it('is the header bytes behind their length', () => {
    const head = new Uint8Array(200).fill(4);
    const value = Uint8Array.from([...encodeCompact(200), ...head]);
    expect(decodeHeadData(value)).toEqual(head);
    expect(() => decodeHeadData(value.subarray(0, 100))).toThrowError(ProofError);
    expect(() => decodeHeadData(Uint8Array.from([...value, 0]))).toThrowError(ProofError);
  });
});
