import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startNetwork } from '../../devnet/network.ts';
import { contractPolicyOf, quickPolicy } from '../../devnet/policies.ts';
import { castContract, optInByXcm, submitBytes } from '../../devnet/rescue-contract.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { optInWith } from '../../src/client/acts.ts';
import { policyHash } from '../../src/domain/policy/policy.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { openContractScene } from '../support/contract-scene.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { methodsSentBy, patientPolicy } from './kill-story.ts';
import { startLife } from './living-service.ts';
import { backingUp, decide, enact, outliveEach } from './old-backups.ts';

it('a backup of any step of the registrar route, restored when the chain is long past it, ends healthy: it escalates nowhere and sends nothing again', {
  timeout: 400_000,
}, async () => {
  await signaturesReady();
  const folder = await temporaryFolder();
  const network = await startNetwork();
  onTestFinished(() => network.close());
  await network.unlockPara();
  network.run(150);
  const { paraId } = network;
  const manager = signerFromUri(network.manager.uri);
  const options = {
    config: { signer: { kind: 'uri-env', env: 'MANAGER' } },
    env: { MANAGER: network.manager.uri },
  };

  const wrapStore = backingUp(folder);
  const first = await startLife(network, join(folder, 'database'), { ...options, wrapStore });
  await first.reaches('healthy');
  const { relayGenesis } = await first.client.status();
  await optInWith(first.client, patientPolicy(quickPolicy(relayGenesis, paraId)), manager);
  await decide(network, first);
  await enact(network, first);
  await first.close();
  const sent = () => methodsSentBy(network.relay.chain, manager.account);
  expect(sent()).toMatchObject({ 'registrar.scheduleCodeUpgrade': 1, 'registrar.addLock': 1 });

  const names = await outliveEach(network, folder, options, sent);
  // Seven states, twice three journalled steps, what was signed, the switch of the code.
  expect(names.length).toBeGreaterThanOrEqual(17);

  // Once more, after the living para was upgraded again: what was approved is neither current nor scheduled.
  const next = await network.codeHash('para-next');
  const code = toHex(await network.artifacts.read('para-next'));
  network.queueSudo(network.para.chain, 'system', 'setCode', code);
  const current = () => network.readRelay('paras', 'currentCodeHash', paraId);
  await network.produceUntil(() => current() === next, 600, 'the next upgrade');
  const later = await outliveEach(network, folder, options, sent, /upgrading|schedule|code-enacted/);
  expect(later.join()).toContain('upgrading.awaitingFirstHeads');
});

it('a backup of any step of the contract route, restored when both chains are long past it, ends healthy: it escalates nowhere and sends nothing again', {
  timeout: 600_000,
}, async () => {
  await signaturesReady();
  const { network, chain, folder, close } = await openContractScene();
  onTestFinished(close);
  const { paraId } = network;
  await network.unlockPara();
  const cast = await castContract(network, chain);
  const { contract } = cast;
  const policy = patientPolicy(contractPolicyOf(network, cast));
  await optInByXcm(network, cast, policyHash(policy));
  const [watcher, person] = cast.watchers;
  const [operator] = cast.operators;
  if (!watcher || !person || !operator) throw new Error('the cast is not complete');
  network.run(150);
  const options = {
    config: {
      para: { contract: contract.address },
      contracts: { endpoints: [network.contracts.url], watcher: { kind: 'uri-env', env: 'WATCHER' } },
      signer: { kind: 'uri-env', env: 'OPERATOR' },
    },
    env: { WATCHER: watcher.uri, OPERATOR: operator.uri },
  };

  const first = await startLife(network, join(folder, 'database'), {
    ...options,
    wrapStore: backingUp(folder),
  });
  await first.reaches('healthy');
  await network.produceUntil(
    () =>
      first.client.adoptPolicy(paraId, policy).then(
        () => true,
        () => false,
      ),
    600,
    'the policy',
  );
  await decide(network, first);
  // The other watcher is a person, who attests what the service attested.
  const attested = async () =>
    (await contract.state()).watchers.find(({ address }) => address === contract.addressOf(watcher.account))
      ?.supports ?? null;
  await network.produceUntil(async () => (await attested()) !== null, 2000, 'the attestation of the service');
  const { decision } = (await contract.decision((await attested()) ?? '0x')) ?? {};
  if (!decision) throw new Error('the contract does not know what was attested');
  submitBytes(
    network,
    network.contracts.chain,
    await contract.prepare({ kind: 'attest', decision }, person.account),
    person,
  );
  await enact(network, first);
  await first.close();
  const sent = () => ({
    watcher: methodsSentBy(network.contracts.chain, watcher.account),
    operator: methodsSentBy(network.relay.chain, operator.account),
  });
  expect(sent()).toEqual({ watcher: { 'revive.call': 2 }, operator: { 'multisig.asMulti': 1 } });

  const names = await outliveEach(network, folder, options, sent);
  // Three times three journalled steps instead.
  expect(names.length).toBeGreaterThanOrEqual(20);
});
