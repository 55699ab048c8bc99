import { expect, it, onTestFinished } from 'vitest';
import { PARA_ID, startNetwork } from '../../devnet/network.ts';
import { unlockPara } from '../../devnet/unlock.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import { encodeHeader } from '../../src/proof/index.ts';
import { openTrialPoints } from '../../src/trial/fork-points.ts';
import { patchedCode, withEndlessValidation } from '../support/patched-code.ts';

/** What is built: sources have no thread beside them. */
const { createRehearsalThread, rehearsePara } = (await import(
  new URL('../../dist/src/rehearsal/rehearse.js', import.meta.url).href
)) as typeof import('../../src/rehearsal/rehearse.ts');

it('ends when a block computes for too long, however much time there is for all of them', async () => {
  const network = await startNetwork();
  onTestFinished(() => network.close());
  await unlockPara(network);
  await network.faults.breakRuntime();
  for (let block = 0; block < 20; block++) network.nextBlock();
  const [relay, para] = [network.relay, network.para].map(({ url }) => new Endpoints({ urls: [url] }));
  const thread = createRehearsalThread({ stepMs: 8_000 });
  onTestFinished(() => Promise.all([relay?.close(), para?.close(), thread.close()]).then(() => undefined));
  if (!relay || !para) throw new Error('both are opened');
  const points = await openTrialPoints(PARA_ID, encodeHeader(network.relay.chain.best.header), {
    relay,
    para,
  });
  const rehearsed = rehearsePara(thread, {
    ...points,
    paraId: PARA_ID,
    contracts: null,
    code: patchedCode(await network.artifacts.read('para-fixed'), withEndlessValidation),
    policy: null,
    asManager: null,
    acting: null,
    mostBlocks: 100,
  });
  await expect(rehearsed).rejects.toMatchObject({
    code: 'RESCUE_EXECUTION_FAILED',
    message: `The rehearsal of para ${PARA_ID} could not be run to its end: a step of it did not end within 8000 ms of computing.`,
  });
}, 60_000);
