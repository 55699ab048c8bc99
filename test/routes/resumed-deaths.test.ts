import { expect, it } from 'vitest';
import type { SignedExtrinsic } from '../../src/domain/chain/extrinsics.ts';
import type { Hex } from '../../src/domain/units.ts';
import { createExecutor, factsOf } from '../../src/routes/executor.ts';
import type { Step } from '../../src/routes/step.ts';
import { openStore } from '../../src/store/open.ts';
import { hash } from '../domain/observations.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { Deaths } from './deaths.ts';
import { relayView, SCHEDULING, UNHEARD } from './step-samples.ts';

const WANTED = hash('cc');
const KEY = `2000/${hash('1d')}/registrar/schedule-code`;

it('a step of a decision that was taken up again is signed anew and sent once, however often the service dies at a write', async () => {
  const folder = await temporaryFolder();
  const first = await openStore(folder);
  await first.journal.put({ key: KEY, status: 'failed', extrinsic: SCHEDULING, lost: [], note: 'refused' });
  await first.close();
  const deaths = new Deaths();
  const sent = new Set<Hex>();
  let signatures = 0;
  const step: Step = {
    key: KEY,
    paraId: 2000,
    title: 'do it',
    chain: 'relay chain',
    while: [],
    before: [],
    after: [{ kind: 'code-scheduled-or-current', codeHash: WANTED }],
    call: { method: SCHEDULING.method, signer: SCHEDULING.signer ?? 'anybody' },
    resumed: 1,
    submitter: {
      signer: () => SCHEDULING.signer,
      broadcast: async (extrinsic) => {
        sent.add(extrinsic.hash);
        return { kind: 'taken' };
      },
      outcome: async () => ({ kind: 'pending' }),
    },
    sign: async (): Promise<SignedExtrinsic> => {
      signatures += 1;
      return { ...SCHEDULING, hash: hash(`a${signatures}`), bytes: `0x0${signatures}`, nonce: 1 };
    },
  };
  const life = async () => {
    const store = await openStore(folder);
    try {
      const executor = createExecutor({ journal: deaths.around(store.journal), events: UNHEARD });
      for (;;) {
        // The block that shows the effect comes after the bytes went out.
        const view = relayView(sent.size > 0 ? { futureCodeHash: WANTED } : {});
        const outcome = await executor.advance(step, factsOf(view));
        if (outcome.kind !== 'waiting') return outcome.kind;
      }
    } finally {
      await store.close();
    }
  };
  const ends: (string | null)[] = [];
  while (ends.at(-1) == null) ends.push(await deaths.survive(life()));

  deaths.expectAll(['schedule-code']);
  expect(ends).toEqual([...Array.from({ length: 6 }, () => null), 'done']);
  expect(sent.size).toBe(1);
  // The first signature was never written down, and so never sent.
  expect([...sent]).toEqual([hash('a2')]);
  const last = await openStore(folder);
  expect(await last.journal.get(KEY)).toMatchObject({
    status: 'done',
    resumed: 1,
    extrinsic: { hash: hash('a2') },
  });
  await last.close();
});
