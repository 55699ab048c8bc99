import { expect, it, onTestFinished } from 'vitest';
import { contractPolicyOf } from '../../devnet/policies.ts';
import { castContract, optInByXcm, submitBytes } from '../../devnet/rescue-contract.ts';
import type { ContractState } from '../../src/domain/contract/rescue-contract.ts';
import { policyHash } from '../../src/domain/policy/policy.ts';
import type { Hex } from '../../src/domain/units.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { openContractScene } from '../support/contract-scene.ts';
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
} from './kill-story.ts';

it.each(STORIES)(
  'a service of a watcher and operator that is killed before and after every persisted step of its acts attests, sends and supplies the code once, and ends in the same place',
  {
    timeout: STORY.timeoutMs,
  },
  async (seed) => {
    await signaturesReady();
    const scene = await openContractScene();
    onTestFinished(scene.close);
    const { network, folder } = scene;
    const { paraId } = network;
    await network.unlockPara();
    const cast = await castContract(network, scene.chain);
    const { contract, parties } = cast;
    const policy = patientPolicy(contractPolicyOf(network, cast));
    await optInByXcm(network, cast, policyHash(policy));
    const [watcher, person] = cast.watchers;
    const [operator] = cast.operators;
    if (!watcher || !person || !operator) throw new Error('the cast is not complete');

    const service = await startMortalService(network, folder, {
      seed,
      diesFrom: 'act',
      config: {
        relay: { endpoints: [network.relay.url] },
        paras: [
          {
            id: paraId,
            name: 'Para',
            endpoints: [network.para.url],
            stallGapBlocks: 8,
            contract: contract.address,
          },
        ],
        contracts: { endpoints: [network.contracts.url], watcher: { kind: 'uri-env', env: 'WATCHER' } },
        signer: { kind: 'uri-env', env: 'OPERATOR' },
      },
      env: { WATCHER: watcher.uri, OPERATOR: operator.uri },
    });
    onTestFinished(() => service.stop());

    await service.insist((client) => client.adoptPolicy(paraId, policy));
    await decideRescue(network, service);

    // Two watchers decide: the other one is a person, who takes her time to look at what the service attested.
    const supports = ({ watchers }: ContractState, account: Hex) =>
      watchers.find(({ address }) => address === contract.addressOf(account))?.supports ?? null;
    await network.produceUntil(
      async () => supports(await contract.state(), watcher.account) !== null,
      STORY.blocks,
      'the attestation of the service',
    );
    const id = supports(await contract.state(), watcher.account) ?? '0x';
    const attested = await contract.decision(id);
    if (!attested) throw new Error('the contract does not know what was attested');
    // She signs what the service hands over, whose watcher's key is no part of that.
    const call = await service.insist((client) => client.handover(paraId));
    if (!call) throw new Error('nothing is handed over');
    expect(call).toMatchObject({ chain: 'contracts chain', method: 'revive.call' });
    expect(call.title).toContain(id);
    expect(call.commands.map(({ by }) => by)).toContain(person.account);
    expect(call.commands.map(({ by }) => by)).not.toContain(watcher.account);
    submitBytes(network, network.contracts.chain, call.data, person);
    await outliveRescue(network, service);

    reportDeaths(service);
    expectDeaths(network, service, ['attest', 'send-approval', 'supply-code']);
    // Of the service: one attestation and one execution; of the person: one attestation.
    expect(methodsSentBy(network.contracts.chain, watcher.account)).toEqual({ 'revive.call': 2 });
    expect(methodsSentBy(network.contracts.chain, person.account)).toEqual({ 'revive.call': 1 });
    expect(methodsSentBy(network.relay.chain, operator.account)).toEqual({ 'multisig.asMulti': 1 });
    const state = await contract.state();
    expect(state).toMatchObject({ decided: id, lastSentId: id });
    expect(await contract.decision(id)).toMatchObject({ support: 2, sent: true, cancelled: false });
    const derived = network.readRelay('system', 'account', parties.derived);
    expect(derived).toMatchObject({ data: { reserved: 0 } });

    const journal = await expectRescue(network, folder);
    expect(journal.map(({ key, status }) => [key.split('/')[3], status]).sort()).toEqual([
      ['attest', 'done'],
      ['send-approval', 'done'],
      ['supply-code', 'done'],
    ]);
  },
);
