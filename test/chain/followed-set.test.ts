import { expect, it } from 'vitest';
import { advance, type FollowedSet } from '../../src/chain/finality/followed-set.ts';
import type { Hex } from '../../src/domain/units.ts';
import { encodeHeader, headerHash } from '../../src/proof/header.ts';
import { createVoter, setOf } from '../proof/grandpa-fixtures.ts';
import { hash } from '../store/samples.ts';

const { authorities } = setOf(3n, [createVoter()]);
const set: FollowedSet = {
  setId: 3n,
  authorities,
  number: 8,
  hash: hash(8),
  since: 1,
  next: { after: 10, authorities: setOf(4n, [createVoter()]).authorities },
};
const headerAt = (number: number) => {
  const root = new Uint8Array(32);
  const bytes = encodeHeader({ parentHash: root, number, stateRoot: root, extrinsicsRoot: root, digest: [] });
  const own = `0x${Buffer.from(headerHash(bytes)).toString('hex')}` as Hex;
  return { ref: { number, hash: own, stateRoot: hash(0) }, parentHash: hash(0), bytes };
};

it('a set makes no block final past the last one on which it votes, whatever its voters sign', () => {
  expect(advance(set, headerAt(9))).toMatchObject({ setId: 3n, number: 9 });
  expect(advance(set, headerAt(10))).toMatchObject({ setId: 4n, number: 10, since: 11, next: null });
  expect(() => advance(set, headerAt(11))).toThrow(
    expect.objectContaining({ code: 'RESCUE_NODE_CONTRADICTS' }),
  );
});
