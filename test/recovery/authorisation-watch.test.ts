import { expect, it } from 'vitest';
import type { ParaObservation } from '../../src/domain/chain/observation.ts';
import { watchAuthorisation } from '../../src/recovery/para/authorisation-watch.ts';
import { openStore } from '../../src/store/open.ts';
import { hash, healthyPara } from '../domain/observations.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CODE = hash('c0');

/** The names of what is told, block by block. */
async function told(
  blocks: readonly [number, ParaObservation['authorizedCode'], ParaObservation['currentCodeHash']?][],
  restarts: boolean,
) {
  const names: string[] = [];
  const { authorisations: store, close } = await openStore(await temporaryFolder());
  const start = () =>
    watchAuthorisation({ tell: (name) => void names.push(name), written: async () => undefined, store });
  let watch = start();
  for (const [number, authorizedCode, currentCodeHash = hash('01')] of blocks) {
    const relay = { ...healthyPara().relay, number };
    if (restarts) watch = start();
    await watch(healthyPara({ relay, authorizedCode, currentCodeHash }));
  }
  await close();
  return names;
}

/** Whether the service is restarted before each block. */
const LIVES = [
  ['in one life', false],
  ['over restarts', true],
] as const;

it.each(LIVES)(
  '%s, tells of an authorisation, of its end two hours before, and that it is over without the code',
  async (_, restarts) => {
    const given = { codeHash: CODE, expireAt: 10_000 };
    expect(
      await told(
        [
          [100, null],
          [101, given],
          [102, given],
        ],
        restarts,
      ),
    ).toEqual(['code-authorised']);
    expect(
      await told(
        [
          [101, given],
          [8_800, given],
          [9_000, given],
        ],
        restarts,
      ),
    ).toEqual(['code-authorised', 'authorisation-expires']);
    // The chain keeps the entry of one that is over for a while.
    expect(
      await told(
        [
          [101, given],
          [10_000, given],
          [10_001, given],
        ],
        restarts,
      ),
    ).toEqual(['code-authorised', 'authorisation-ended']);
    expect(
      await told(
        [
          [101, given],
          [102, null],
        ],
        restarts,
      ),
    ).toEqual(['code-authorised', 'authorisation-ended']);
  },
);

it.each(LIVES)('%s, tells nothing of one that was used, and tells of another one', async (_, restarts) => {
  const given = { codeHash: CODE, expireAt: 10_000 };
  expect(
    await told(
      [
        [101, given],
        [102, null, CODE],
      ],
      restarts,
    ),
  ).toEqual(['code-authorised']);
  expect(
    await told(
      [
        [101, given],
        [102, { ...given, expireAt: 12_000 }],
      ],
      restarts,
    ),
  ).toEqual(['code-authorised', 'code-authorised']);
  expect(
    await told(
      [
        [101, undefined],
        [102, undefined],
      ],
      restarts,
    ),
  ).toEqual([]);
});
