import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Network, startNetwork } from '../../devnet/network.ts';
import { quickPolicy } from '../../devnet/policies.ts';
import { openApp } from '../../src/app/app.ts';
import { OPERATOR_TOKEN, readToken } from '../../src/app/operator-token.ts';
import { optInWith, proposeCode } from '../../src/client/acts.ts';
import { createServiceClient, type ServiceClient } from '../../src/client/service-client.ts';
import { configSchema } from '../../src/config/config.ts';
import type { Policy } from '../../src/domain/policy/policy.ts';
import type { Proposal } from '../../src/domain/round/round.ts';
import type { ParaStatus } from '../../src/domain/views/status.ts';
import { createLogger } from '../../src/http/logger.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { caughtUp } from '../support/ask-until.ts';

/** The whole service against an embedded network whose blocks the test makes one by one. */
export interface Scene {
  readonly network: Network;
  /** With the operator's token. */
  readonly client: ServiceClient;
  readonly url: string;
  readonly operatorToken: string;
  readonly metricsUrl: string | null;
  /** Makes a relay block and returns the para's status once the service has taken the block in. */
  block(): Promise<ParaStatus>;
  /** Makes blocks until the para's status fits. */
  until(fits: (para: ParaStatus) => boolean, most?: number): Promise<ParaStatus>;
  optIn(change?: (policy: Policy) => void): Promise<void>;
  /** Ships the broken runtime and makes blocks until the rescue is open and its anchor frozen. */
  breakPara(): Promise<ParaStatus>;
  propose(text?: string): Promise<Proposal>;
  /** Ends the service and opens it anew on the same database; `client` is another one afterwards. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const MANAGER_KEY = 'SCENE_MANAGER';

export async function openScene(options: {
  readonly unlocked: boolean;
  readonly external?: true;
  /** Section `signer` of the configuration, whose keys `env` has. */
  readonly signer?: object;
  readonly env?: Readonly<Record<string, string>>;
  readonly blindAfterSeconds?: number;
  /** Whom alerts are told, and metrics served. */
  readonly monitor?: { readonly url: string };
  /** The relay endpoints of the service, given the one of the network. */
  readonly relay?: (url: string, network: Network) => readonly string[] | Promise<readonly string[]>;
  /** The same of the para. */
  readonly para?: (url: string, network: Network) => readonly string[] | Promise<readonly string[]>;
}): Promise<Scene> {
  await signaturesReady();
  const folder = await mkdtemp(join(tmpdir(), 'pararescue-scene-'));
  const network = await startNetwork();
  if (options.unlocked) await network.unlockPara();
  const relay = (await options.relay?.(network.relay.url, network)) ?? [network.relay.url];
  const para = (await options.para?.(network.para.url, network)) ?? [network.para.url];
  const config = configSchema.parse({
    relay: { endpoints: relay, blindAfterSeconds: options.blindAfterSeconds },
    paras: [{ id: network.paraId, name: 'Para', endpoints: para, stallGapBlocks: 8 }],
    database: join(folder, 'database'),
    http: { host: '127.0.0.1', port: 0 },
    ...(options.monitor && {
      alerts: {
        hooks: [{ name: 'oncall', url: options.monitor.url, severity: 'critical' }],
        resolveAfterSeconds: 0,
      },
      metrics: { port: 0 },
    }),
    signer:
      options.signer ?? (options.external ? { kind: 'external' } : { kind: 'uri-env', env: MANAGER_KEY }),
  });
  const start = () =>
    openApp(config, {
      env: { [MANAGER_KEY]: network.manager.uri, ...options.env },
      log: createLogger({ level: 'silent', pretty: false }),
    });
  let app = await start();
  const operatorToken = await readToken(join(folder, 'database', OPERATOR_TOKEN));
  let client = createServiceClient(app.url, { operatorToken });
  const { paraId } = network;

  const seen = () => caughtUp(network, () => client);
  const block = async (): Promise<ParaStatus> => {
    network.nextBlock();
    return seen();
  };
  const until: Scene['until'] = async (fits, most = 80) => {
    let para = await block();
    for (let count = 1; count < most; count += 1) {
      if (fits(para)) return para;
      para = await block();
    }
    throw new Error(
      `after ${most} blocks the para is ${para.state}: ${JSON.stringify(para.trouble ?? para.diagnosis)}`,
    );
  };
  await block();

  return {
    network,
    get client() {
      return client;
    },
    get url() {
      return app.url;
    },
    get metricsUrl() {
      return app.metricsUrl;
    },
    operatorToken,
    block,
    until,
    optIn: async (change = () => undefined) => {
      const policy = quickPolicy((await client.status()).relayGenesis, paraId);
      change(policy);
      await optInWith(client, policy, signerFromUri(network.manager.uri));
    },
    breakPara: async () => {
      await network.faults.breakRuntime();
      return until((para) => para.state === 'optInRescue' && para.anchor !== null);
    },
    propose: async (text = 'Goes on with the bad value.') => {
      const [holder] = network.holders;
      if (!holder) throw new Error('the network has no holders');
      return proposeCode(
        client,
        paraId,
        signerFromUri(holder.uri),
        await network.artifacts.read('para-fixed'),
        text,
      );
    },
    restart: async () => {
      await app.close();
      app = await start();
      client = createServiceClient(app.url, { operatorToken });
      await seen();
    },
    close: async () => {
      await app.close();
      await network.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
