import { expect, it, onTestFinished } from 'vitest';
import type { ExtrinsicOutcome } from '../../src/domain/chain/extrinsics.ts';
import { RescueError } from '../../src/domain/errors.ts';
import { viewOfRelay } from '../../src/domain/route/view.ts';
import { createPageKeeper } from '../../src/recovery/para/page-keeper.ts';
import { createRegistrarRoute } from '../../src/routes/registrar/route.ts';
import { openStore } from '../../src/store/open.ts';
import { healthyPara, LIMITS } from '../domain/observations.ts';
import { ANCHOR, hash, startDriver, walkTo } from '../machines/machine-driver.ts';
import { SCHEDULING } from '../routes/step-samples.ts';
import { sampleProposal } from '../store/samples.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PROPOSAL = sampleProposal(Uint8Array.of(1, 2, 3));
const unasked = () => Promise.reject(new Error('nobody asks for this here'));

it('a life that finds the para alive at its first block still names the block of what an earlier one sent', async () => {
  const store = await openStore(await temporaryFolder());
  onTestFinished(() => store.close());
  const { pages, journal, ledger } = store;
  await ledger.putProposal(PROPOSAL, Uint8Array.of(1, 2, 3));
  const block = { number: 60, hash: hash('f'), stateRoot: hash('e') };
  let outcome: ExtrinsicOutcome = { kind: 'pending' };
  const route = createRegistrarRoute({
    relay: {
      limits: async () => LIMITS,
      observe: unasked,
      approvalState: unasked,
      accounts: unasked,
      multisigState: unasked,
    },
    ledger,
    journal,
    submitter: {
      signer: () => null,
      prepare: () => Promise.reject(new RescueError('RESCUE_CHAIN_REFUSES', 'nothing is prepared here')),
      sign: unasked,
      broadcast: unasked,
      outcome: async () => outcome,
    },
  });
  const live = () =>
    createPageKeeper({
      paraId: 2000,
      pages,
      journal,
      ledger,
      routes: new Map([[route.name, route]]),
      genesis: async () => hash('1'),
      tokens: async () => [],
    });
  const driver = await walkTo('upgrading.carryingOut', startDriver(), PROPOSAL.codeHash);
  const { context } = driver.actor.getSnapshot();
  const { paraId, anchor, round, roundId, approved, policy, plan } = context;
  if (!anchor || !approved || !policy || !plan || roundId === null) throw new Error('nothing is carried out');
  const rescue = { paraId, anchor, round, roundId, approved, policy: policy.rules };
  const dead = healthyPara({ head: ANCHOR.head, currentCodeHash: ANCHOR.codeHash });
  const first = await live();
  const writer = first.writer({ rescue, plan, route });
  await writer.begin(viewOfRelay(dead, LIMITS));
  const key = `2000/${roundId}/registrar/schedule-code`;
  await journal.put({ key, status: 'done', extrinsic: SCHEDULING, lost: [], note: null });
  await writer.see(viewOfRelay(dead, LIMITS));

  // No node could tell the block, and the service ended; when it is back, the para has heads again.
  outcome = { kind: 'succeeded', block };
  const second = await live();
  second.resume(context);
  const head = { ...ANCHOR.head, hash: hash('7'), number: ANCHOR.head.number + 5 };
  const observation = healthyPara({ head, currentCodeHash: PROPOSAL.codeHash });
  await second.look({ observation, relayTime: null, state: 'healthy', context: { ...context, plan: null } });
  const page = await pages.get(2000, roundId);
  expect(page?.result.kind).not.toBe('open');
  expect(page?.steps.find(({ id }) => id === 'schedule-code')?.extrinsics).toMatchObject([
    { hash: SCHEDULING.hash, status: 'done', block: { number: block.number, hash: block.hash } },
  ]);
});
