import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { devAccount } from '../../devnet/keys.ts';
import { startNetwork } from '../../devnet/network.ts';
import { quickPolicy } from '../../devnet/policies.ts';
import { optInWith } from '../../src/client/acts.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { commandLine } from '../support/command-line.ts';
import { authorised, submitFile, voteAye } from '../support/governance-scene.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import {
  decideRescue,
  expectDeaths,
  expectRescue,
  outliveRescue,
  patientPolicy,
  reportDeaths,
  STORIES,
  STORY,
  startMortalService,
} from './kill-story.ts';

it.each(STORIES)(
  'a service that is killed before and after every persisted step of its act sends the code that governance authorised for a locked para, and its para lives',
  { timeout: STORY.timeoutMs },
  async (seed) => {
    await signaturesReady();
    const folder = await temporaryFolder();
    const network = await startNetwork({ contracts: true });
    onTestFinished(() => network.close());
    const { paraId } = network;
    const policy = {
      ...patientPolicy(quickPolicy(network.relay.chain.genesisHash, paraId)),
      routes: ['governance' as const],
    };
    const service = await startMortalService(network, folder, {
      seed,
      diesFrom: 'act',
      config: {
        relay: { endpoints: [network.relay.url] },
        paras: [{ id: paraId, name: 'Para', endpoints: [network.para.url], stallGapBlocks: 8 }],
        governance: { endpoints: [network.contracts.url] },
      },
      env: {},
    });
    onTestFinished(() => service.stop());
    await service.insist((client) => optInWith(client, policy, signerFromUri(network.manager.uri)));
    await decideRescue(network, service);

    // People bring the approved code before governance, with what the command prepares.
    const out = join(folder, 'governance');
    const prepared = await commandLine([
      ...['governance', 'prepare', '--para', String(paraId), '--relay', network.relay.url],
      ...['--asset-hub', network.contracts.url, '--code-hash', await network.codeHash('para-fixed')],
      ...['--out', out, '--valid-period', '20000'],
    ]);
    expect(prepared).toMatchObject({ status: 0 });
    await submitFile(network, out, 'root-submit', devAccount('Alice'));
    const start = network.relay.chain.best.number;
    await network.produceUntil(() => network.relay.chain.best.number > start + 1, 10);
    await submitFile(network, out, 'root-decision-deposit', devAccount('Bob'));
    voteAye(network, 0);
    await network.produceUntil(() => authorised(network) !== null, STORY.blocks, 'the authorisation');
    await outliveRescue(network, service);

    reportDeaths(service);
    expectDeaths(network, service, ['apply-code']);
    expect(authorised(network)).toBe(null);
    expect(network.readRelay('registrar', 'paras', paraId)).toMatchObject({ locked: true });
    // It was locked all the time.
    const journal = await expectRescue(network, folder, ['upgrading.relocking']);
    expect(journal).toMatchObject([
      { key: expect.stringContaining('/governance/apply-code'), status: 'done', extrinsic: { signer: null } },
    ]);
  },
);
