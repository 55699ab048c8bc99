import { describe, expect, it } from 'vitest';
import { concatBytes, encodeText } from '../../src/bytes/bytes.ts';
import { encodeList, encodeU32, encodeU64 } from '../../src/bytes/scale.ts';
import { authorityChangeOf, type DigestItem, GRANDPA_ENGINE, type Header } from '../../src/proof/index.ts';

const key = (byte: number) => new Uint8Array(32).fill(byte);
const authorities = (...bytes: number[]) =>
  encodeList(bytes.map((byte) => concatBytes(key(byte), encodeU64(byte))));

const scheduled = (delay: number, ...bytes: number[]) =>
  concatBytes(Uint8Array.of(1), authorities(...bytes), encodeU32(delay));
const forced = (median: number, delay: number, ...bytes: number[]) =>
  concatBytes(Uint8Array.of(2), encodeU32(median), authorities(...bytes), encodeU32(delay));

const log = (data: Uint8Array, engine: Uint8Array = GRANDPA_ENGINE): DigestItem => ({
  type: 'consensus',
  engine,
  data,
});
const header = (...digest: DigestItem[]): Header => ({
  parentHash: key(0),
  number: 7,
  stateRoot: key(1),
  extrinsicsRoot: key(2),
  digest,
});

describe('the change of authorities that a header announces', () => {
  it('is read with its voters and its delay', () => {
    expect(authorityChangeOf(header(log(scheduled(3, 8, 9))))).toEqual({
      authorities: [
        { id: key(8), weight: 8n },
        { id: key(9), weight: 9n },
      ],
      delay: 3,
      forcedFrom: null,
    });
  });

  it('is not there when the digest has none: other engines, other items and other logs', () => {
    const change = scheduled(0, 1);
    const onDisabled = concatBytes(Uint8Array.of(3), encodeU64(1));
    expect(
      authorityChangeOf(
        header(
          log(change, encodeText('BABE')),
          { type: 'other', data: change },
          { type: 'seal', engine: GRANDPA_ENGINE, data: change },
          { type: 'preRuntime', engine: GRANDPA_ENGINE, data: change },
          log(onDisabled),
          log(Uint8Array.of(4, 1, 0, 0, 0)),
          log(Uint8Array.of(9)),
        ),
      ),
    ).toBeNull();
    expect(authorityChangeOf(header())).toBeNull();
  });

  it('is the first forced one, and without it the first scheduled one, as a node takes it', () => {
    const first = authorityChangeOf(header(log(scheduled(1, 1)), log(scheduled(2, 2))));
    expect(first?.delay).toBe(1);
    const change = authorityChangeOf(
      header(log(scheduled(1, 1)), log(forced(5, 4, 2)), log(forced(6, 9, 3))),
    );
    expect(change).toEqual({ authorities: [{ id: key(2), weight: 2n }], delay: 4, forcedFrom: 5 });
  });

  it('is passed over where it cannot be read, and bytes behind it are no matter, as with a node', () => {
    const good = scheduled(2, 5);
    expect(
      authorityChangeOf(header(log(good.subarray(0, -1)), log(new Uint8Array()), log(good)))?.delay,
    ).toBe(2);
    expect(authorityChangeOf(header(log(concatBytes(good, key(0)))))?.delay).toBe(2);
    // A list that claims more than there is.
    expect(authorityChangeOf(header(log(Uint8Array.of(1, 0xfe, 0xff, 0xff, 0xff))))).toBeNull();
  });
});
