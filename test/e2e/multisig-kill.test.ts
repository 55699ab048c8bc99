import { expect, it, onTestFinished } from 'vitest';
import { type DevAccount, devAccount } from '../../devnet/keys.ts';
import { startNetwork } from '../../devnet/network.ts';
import { quickPolicy } from '../../devnet/policies.ts';
import { optInWith } from '../../src/client/acts.ts';
import type { RelayCall } from '../../src/domain/chain/extrinsics.ts';
import { multisigAccount } from '../../src/keys/multisig.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { addProxy } from '../support/managers.ts';
import { lookAs, openRelayOf, signPart } from '../support/signatories.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import {
  decideRescue,
  expectDeaths,
  expectRescue,
  methodsSentBy,
  outliveRescue,
  patientPolicy,
  reportDeaths,
  STORIES,
  STORY,
  startMortalService,
  untilLocked,
} from './kill-story.ts';

const SIGNATORIES = ['Charlie', 'Dave', 'Eve'].map((name) => devAccount(name));
const [CHARLIE, DAVE, EVE] = SIGNATORIES as [DevAccount, DevAccount, DevAccount];
const multisig = multisigAccount({ signatories: SIGNATORIES.map(({ account }) => account), threshold: 2 });

// The steps alone are tried in test/routes/multisig-deaths.test.ts, in a tenth of the time; the campaign of bench/kills.ts is for the rest.
it.skipIf(STORIES.includes(null)).each(STORIES)(
  'a service of a signatory of the multisig manager that is killed before and after every persisted step approves each call once, and ends in the same place',
  { timeout: STORY.timeoutMs },
  async (seed) => {
    await signaturesReady();
    const folder = await temporaryFolder();
    const network = await startNetwork();
    onTestFinished(() => network.close());
    await network.unlockPara();
    await addProxy(network, network.manager, { delegate: multisig.account });
    const { paraId } = network;
    const relay = await openRelayOf(network);
    onTestFinished(() => relay.close());
    const service = await startMortalService(network, folder, {
      seed,
      config: {
        relay: { endpoints: [network.relay.url] },
        paras: [{ id: paraId, name: 'Para', endpoints: [network.para.url], stallGapBlocks: 8 }],
        signer: {
          kind: 'uri-env',
          env: 'CHARLIE',
          multisig: { threshold: 2, signatories: SIGNATORIES.map(({ address }) => address) },
        },
      },
      env: { CHARLIE: CHARLIE.uri },
    });
    onTestFinished(() => service.stop());

    await service.insist(
      async (client) => {
        const policy = patientPolicy(quickPolicy((await client.status()).relayGenesis, paraId));
        return optInWith(client, policy, signerFromUri(network.manager.uri));
      },
      // An earlier life recorded it.
      ({ code }) => code === 'RESCUE_OPT_IN_INVALID',
    );
    await decideRescue(network, service);
    /** Another signatory makes the call, once the service has approved it. */
    const follow = async (by: DevAccount, call: RelayCall) => {
      const approvals = async () => {
        const look = await lookAs(relay, by, multisig, network, call);
        return look.multisig?.state.approval?.approvals ?? [];
      };
      await network.produceUntil(
        async () => (await approvals()).includes(CHARLIE.account),
        STORY.blocks,
        `the service's approval of ${call.kind}`,
      );
      await signPart(relay, by, multisig, network, call);
    };
    await follow(DAVE, { kind: 'schedule-code', paraId, code: await network.artifacts.read('para-fixed') });
    await follow(EVE, { kind: 'add-lock', paraId });
    await untilLocked(network);
    await outliveRescue(network, service);

    reportDeaths(service);
    expectDeaths(network, service, ['approve-call', 'approve-lock']);
    expect(methodsSentBy(network.relay.chain, CHARLIE.account)).toEqual({ 'multisig.approveAsMulti': 2 });
    const journal = await expectRescue(network, folder);
    expect(journal.map(({ status }) => status)).toEqual(['done', 'done']);
  },
);
