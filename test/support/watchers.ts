import type { ContractsNetwork } from '../../devnet/network.ts';
import type { ContractCast } from '../../devnet/rescue-contract.ts';
import { freePorts, watcherSettings } from '../../devnet/watchers.ts';
import { type App, openApp } from '../../src/app/app.ts';
import { createServiceClient, type ServiceClient } from '../../src/client/service-client.ts';
import { configSchema } from '../../src/config/config.ts';
import type { ServiceEvent } from '../../src/domain/events.ts';
import { createLogger } from '../../src/http/logger.ts';

/** One watcher's service: its own database, its own nodes, its own key. */
export interface Watcher {
  readonly name: string;
  readonly client: ServiceClient;
  readonly failed: App['failed'];
  /** What it told so far, in order. */
  readonly events: readonly ServiceEvent[];
  running(): boolean;
  stop(): Promise<void>;
  /** The same service in another life, with the same database and address; call it after `stop`. */
  restart(): Promise<Watcher>;
}

interface WatchersOptions {
  readonly network: ContractsNetwork;
  readonly cast: ContractCast;
  readonly folder: string;
  /** False when nobody is there to supply the code; otherwise the owners of the first watchers are the operators. */
  readonly operator?: boolean;
  /** How many of the watchers run a service: all, unless told otherwise. */
  readonly services?: number;
}

/** Starts a service for each watcher of the contract; each has the others as peers. */
export async function startWatchers(options: WatchersOptions): Promise<Watcher[]> {
  const { cast } = options;
  // Peers must know each other's address before they start.
  const ports = await freePorts(options.services ?? cast.watchers.length);
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
  const operator = options.operator ?? true;
  const settings = await watcherSettings(network, cast, { index, ports, folder, operator });
  const { name, env } = settings;
  const events: ServiceEvent[] = [];
  const app = await openApp(configSchema.parse(settings.config), {
    env,
    log: createLogger({ level: 'silent', pretty: false }),
    onEvent: (event) => events.push(event),
  });
  let running = true;
  return {
    name,
    client: createServiceClient(app.url),
    failed: app.failed,
    events,
    running: () => running,
    stop: async () => {
      if (!running) return;
      running = false;
      await app.close();
    },
    restart: () => startWatcher(options, index, ports),
  };
}
