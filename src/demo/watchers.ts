import type { ContractsNetwork } from '../../devnet/network.ts';
import type { ContractCast } from '../../devnet/rescue-contract.ts';
import { freePorts, watcherSettings } from '../../devnet/watchers.ts';
import { type App, openApp } from '../app/app.ts';
import { createServiceClient, type ServiceClient } from '../client/service-client.ts';
import { configSchema } from '../config/config.ts';
import { createLogger } from '../http/logger.ts';

/** One watcher's service: its own database, its own nodes, its own key. */
export interface Watcher {
  readonly name: string;
  readonly client: ServiceClient;
  readonly failed: App['failed'];
  stop(): Promise<void>;
}

interface WatchersOptions {
  readonly network: ContractsNetwork;
  readonly cast: ContractCast;
  readonly folder: string;
}

/** Starts a service for each watcher of the contract; each has the others as peers. */
export async function startWatchers(options: WatchersOptions): Promise<Watcher[]> {
  const { cast } = options;
  // Peers must know each other's address before they start.
  const ports = await freePorts(cast.watchers.length);
  const watchers: Watcher[] = [];
  try {
    for (const index of ports.keys()) watchers.push(await startWatcher(options, index, ports));
    return watchers;
  } catch (error) {
    for (const watcher of watchers) await watcher.stop();
    throw error;
  }
}

async function startWatcher(
  options: WatchersOptions,
  index: number,
  ports: readonly number[],
): Promise<Watcher> {
  const { network, cast, folder } = options;
  const settings = await watcherSettings(network, cast, { index, ports, folder, operator: true });
  const { name, env } = settings;
  const app = await openApp(configSchema.parse(settings.config), {
    env,
    log: createLogger({ level: 'silent', pretty: false }),
  });
  return {
    name,
    client: createServiceClient(app.url),
    failed: app.failed,
    stop: () => app.close(),
  };
}
