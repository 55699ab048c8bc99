import { expect, it } from 'vitest';
import type { ParaObservation } from '../../src/domain/chain/observation.ts';
import { watchAuthorisation } from '../../src/recovery/para/authorisation-watch.ts';
import { hash, healthyPara } from '../domain/observations.ts';

const CODE = hash('c0');

/** The names of what is told, block by block. */
function told(
  blocks: readonly [number, ParaObservation['authorizedCode'], ParaObservation['currentCodeHash']?][],
) {
  const names: string[] = [];
  const watch = watchAuthorisation((name) => void names.push(name));
  for (const [number, authorizedCode, currentCodeHash = hash('01')] of blocks) {
    const relay = { ...healthyPara().relay, number };
    watch(healthyPara({ relay, authorizedCode, currentCodeHash }));
  }
  return names;
}

it('tells of an authorisation, of its end two hours before, and that it is over without the code', () => {
  const given = { codeHash: CODE, expireAt: 10_000 };
  expect(
    told([
      [100, null],
      [101, given],
      [102, given],
    ]),
  ).toEqual(['code-authorised']);
  expect(
    told([
      [101, given],
      [8_800, given],
      [9_000, given],
    ]),
  ).toEqual(['code-authorised', 'authorisation-expires']);
  // The chain keeps the entry of one that is over for a while.
  expect(
    told([
      [101, given],
      [10_000, given],
      [10_001, given],
    ]),
  ).toEqual(['code-authorised', 'authorisation-ended']);
  expect(
    told([
      [101, given],
      [102, null],
    ]),
  ).toEqual(['code-authorised', 'authorisation-ended']);
});

it('tells nothing of one that was used, and tells of another one', () => {
  const given = { codeHash: CODE, expireAt: 10_000 };
  expect(
    told([
      [101, given],
      [102, null, CODE],
    ]),
  ).toEqual(['code-authorised']);
  expect(
    told([
      [101, given],
      [102, { ...given, expireAt: 12_000 }],
    ]),
  ).toEqual(['code-authorised', 'code-authorised']);
  expect(
    told([
      [101, undefined],
      [102, undefined],
    ]),
  ).toEqual([]);
});
