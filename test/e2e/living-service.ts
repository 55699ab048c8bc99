import { join } from 'node:path';
import type { Network } from '../../devnet/network.ts';
import { openApp } from '../../src/app/app.ts';
import { OPERATOR_TOKEN, readToken } from '../../src/app/operator-token.ts';
import { createServiceClient } from '../../src/client/service-client.ts';
import { configSchema } from '../../src/config/config.ts';
import type { ServiceEvent } from '../../src/domain/events.ts';
import type { ParaStatus } from '../../src/domain/views/status.ts';
import { createLogger } from '../../src/http/logger.ts';
import type { Store } from '../../src/store/open.ts';
import { caughtUp } from '../support/ask-until.ts';

export interface LifeOptions {
  readonly wrapStore?: (store: Store) => Store;
  readonly onEvent?: (event: ServiceEvent) => void;
  readonly env?: Readonly<Record<string, string>>;
  /** Parts of the configuration beside those that every service of the network has. */
  readonly config?: { readonly para?: object; readonly [part: string]: unknown };
}

/** One life of a service on a database of the embedded network. */
export async function startLife(network: Network, database: string, options: LifeOptions = {}) {
  const { paraId } = network;
  const { env = {}, config: { para = {}, ...config } = {}, ...rest } = options;
  const app = await openApp(
    configSchema.parse({
      relay: { endpoints: [network.relay.url] },
      paras: [{ id: paraId, name: 'Para', endpoints: [network.para.url], stallGapBlocks: 8, ...para }],
      database,
      http: { port: 0 },
      ...config,
    }),
    { env, log: createLogger({ level: 'silent', pretty: false }), ...rest },
  );
  const operatorToken = await readToken(join(database, OPERATOR_TOKEN));
  const client = createServiceClient(app.url, { operatorToken });
  /** Makes one block, and waits until the service has looked at it. */
  const block = async (): Promise<ParaStatus> => {
    network.nextBlock();
    return caughtUp(network, () => client);
  };
  return {
    ...app,
    client,
    block,
    /** Makes blocks until the para is as wanted. */
    until: async (fits: (status: ParaStatus) => boolean): Promise<ParaStatus> => {
      for (;;) {
        const status = await block();
        if (fits(status)) return status;
      }
    },
    /** Waits until the para is in a state, while the network makes blocks by itself. */
    reaches: (state: string): Promise<unknown> =>
      network.produceUntil(
        async () => {
          const status = await client.para(paraId).catch(() => null);
          return status?.state === state && (state !== 'optInRescue' || status.anchor !== null);
        },
        2000,
        `the para being ${state}`,
      ),
  };
}
