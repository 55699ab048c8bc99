import { createServer } from 'node:net';
import { join } from 'node:path';
import { RescueError } from '../src/domain/errors.ts';
import type { ContractsNetwork } from './network.ts';
import type { ContractCast } from './rescue-contract.ts';

export interface WatcherPlace {
  /** Which watcher of the contract it is. */
  readonly index: number;
  /** Loopback ports of all watchers' services, its own among them: each has the others as peers. */
  readonly ports: readonly number[];
  /** Where the watchers' databases are, each in a folder of its own. */
  readonly folder: string;
  /** Whether it also has the key of the operator who owns it; the owners of the first watchers are operators. */
  readonly operator: boolean;
}

/** What the service of one watcher is configured with, as in a file, on nodes of its own, and the keys in its environment. */
export async function watcherSettings(
  network: ContractsNetwork,
  cast: ContractCast,
  place: WatcherPlace,
): Promise<{
  readonly name: string;
  readonly config: object;
  readonly env: Record<string, string | undefined>;
}> {
  const { index, ports, folder } = place;
  const operator = place.operator ? cast.operators[index] : undefined;
  const account = cast.watchers[index];
  if (!account) throw new RescueError('RESCUE_INTERNAL', `There is no watcher ${index}.`);
  const nodes = [network.relay, network.para, network.contracts].map((chain) => network.openNode(chain));
  const [relay, para, contracts] = (await Promise.all(nodes)).map(({ url }) => url);
  const config = {
    relay: { endpoints: [relay] },
    paras: [
      {
        id: network.paraId,
        name: 'Devnet Para',
        endpoints: [para],
        stallGapBlocks: 8,
        contract: cast.contract.address,
      },
    ],
    contracts: { endpoints: [contracts], watcher: { kind: 'uri-env', env: 'WATCHER' } },
    peers: ports.filter((_, other) => other !== index).map((port) => `http://127.0.0.1:${port}`),
    database: join(folder, account.name),
    http: { host: '127.0.0.1', port: ports[index] },
    signer: operator ? { kind: 'uri-env', env: 'OPERATOR' } : { kind: 'external' },
  };
  return { name: account.name, config, env: { WATCHER: account.uri, OPERATOR: operator?.uri } };
}

/** Where systems take no port from by themselves, as they do for whoever asks for any. */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;

/** Ports on loopback that were free a moment ago, and that nobody gets who asks for any port. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  for (let tries = 0; ports.size < count; tries += 1) {
    if (tries > 1000) throw new RescueError('RESCUE_INTERNAL', 'there are no free ports on loopback');
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT));
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
