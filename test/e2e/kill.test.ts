import { expect, it, onTestFinished } from 'vitest';
import { startNetwork } from '../../devnet/network.ts';
import { quickPolicy } from '../../devnet/policies.ts';
import { optInWith } from '../../src/client/acts.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { signerFromUri, type TextSigner } from '../../src/voting/ballots/text-signer.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import {
  decideRescue,
  expectDeaths,
  expectRescue,
  methodsSentBy,
  outliveRescue,
  patientPolicy,
  releaseRescue,
  reportDeaths,
  STORIES,
  STORY,
  startMortalService,
  untilLocked,
} from './kill-story.ts';

it.each(STORIES)(
  'a service of the manager that is killed before and after every persisted step loses no vote, repeats no extrinsic, and ends in the same place',
  {
    timeout: STORY.timeoutMs,
  },
  async (seed) => {
    await signaturesReady();
    const folder = await temporaryFolder();
    const network = await startNetwork();
    onTestFinished(() => network.close());
    await network.unlockPara();
    const { paraId } = network;
    const service = await startMortalService(network, folder, {
      seed,
      config: {
        relay: { endpoints: [network.relay.url] },
        paras: [{ id: paraId, name: 'Para', endpoints: [network.para.url], stallGapBlocks: 8 }],
        signer: { kind: 'uri-env', env: 'MANAGER' },
      },
      env: { MANAGER: network.manager.uri },
    });
    onTestFinished(() => service.stop());

    const manager = signerFromUri(network.manager.uri);
    const [first, second, third] = ['//Alice', '//Bob', '//Charlie'].map((uri) => signerFromUri(uri)) as [
      TextSigner,
      TextSigner,
      TextSigner,
    ];
    const people = [first, second, third].map(({ account }) => account);
    const sent = () => methodsSentBy(network.relay.chain, manager.account);
    await service.insist(
      async (client) => {
        const { relayGenesis } = await client.status();
        const policy = patientPolicy(quickPolicy(relayGenesis, paraId));
        return optInWith(client, { ...policy, release: { people, threshold: 2 } }, manager);
      },
      // An earlier life recorded it.
      ({ code }) => code === 'RESCUE_OPT_IN_INVALID',
    );
    await decideRescue(network, service);
    await releaseRescue(network, service, [first, third], () =>
      expect(sent()).not.toHaveProperty('registrar.scheduleCodeUpgrade'),
    );
    await untilLocked(network);
    await outliveRescue(network, service);

    reportDeaths(service);
    const releases = [first, third].map(({ account }) => `release ${account}`);
    expectDeaths(network, service, ['schedule-code', 'lock-again'], releases);
    expect(sent()).toEqual({
      'registrar.reserve': 1,
      'registrar.register': 1,
      'registrar.scheduleCodeUpgrade': 1,
      'registrar.addLock': 1,
    });
    // An era can end between two lives; what got lost that way is replaced, and the count above shows that it was lost.
    const journal = await expectRescue(network, folder);
    expect(journal.map(({ status }) => status)).toEqual(['done', 'done']);
  },
);
