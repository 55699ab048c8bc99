import { join } from 'node:path';
import { expect, it } from 'vitest';
import { contractPolicyOf } from '../../devnet/policies.ts';
import { castContract, optInByXcm } from '../../devnet/rescue-contract.ts';
import { openApp } from '../../src/app/app.ts';
import { createServiceClient } from '../../src/client/service-client.ts';
import { configSchema } from '../../src/config/config.ts';
import { policyHash } from '../../src/domain/policy/policy.ts';
import { createLogger } from '../../src/http/logger.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { openContractScene } from '../support/contract-scene.ts';

it('a service starts and watches while the contracts chain is dead, and reads its contract when it is back', async () => {
  await signaturesReady();
  const scene = await openContractScene();
  const { network, folder } = scene;
  await network.unlockPara();
  const cast = await castContract(network, scene.chain);
  const policy = contractPolicyOf(network, cast);
  await optInByXcm(network, cast, policyHash(policy));
  await scene.chain.close();
  await network.contracts.faults.stopRpc();

  const app = await openApp(
    configSchema.parse({
      relay: { endpoints: [network.relay.url] },
      paras: [
        {
          id: network.paraId,
          name: 'Para',
          endpoints: [network.para.url],
          contract: cast.contract.address,
        },
      ],
      contracts: { endpoints: [network.contracts.url] },
      database: join(folder, 'database'),
      http: { host: '127.0.0.1', port: 0 },
    }),
    { log: createLogger({ level: 'silent', pretty: false }) },
  );
  try {
    const client = createServiceClient(app.url);
    const observed = async () => (await client.para(network.paraId)).observation?.relay.number ?? 0;
    await network.produceUntil(async () => (await observed()) > 0, 20, 'the para being watched');
    expect((await client.para(network.paraId)).state).toBe('healthy');
    await expect(client.adoptPolicy(network.paraId, policy)).rejects.toMatchObject({
      code: 'RESCUE_NODE_UNREACHABLE',
    });

    await network.contracts.faults.startRpc();
    const adopted = await client.adoptPolicy(network.paraId, policy);
    expect(adopted.contract).toEqual({ genesis: cast.contract.genesis, address: cast.contract.address });
    expect((await client.para(network.paraId)).optIn).toMatchObject({
      by: 'contract',
      policy: adopted.policy,
    });
  } finally {
    await app.close();
    await scene.close();
  }
});
