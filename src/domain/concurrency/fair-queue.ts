import { isNodeTrouble, RescueError } from '../errors.ts';
import { NETWORK_SHARE, networkOf } from './client.ts';

/** Work of strangers, so that nobody's keeps others waiting. */
export interface FairQueue {
  /**
   * Runs `task` when it is its turn. Networks take turns, within one network its clients, and within one client the accounts
   * for which it acts. Without `credit` it speaks for its client only when it fails: a part of a task that succeeds says nothing of the whole.
   * @throws RESCUE_TOO_MANY_REQUESTS when more waits than the queue holds and this was given up; and what the task throws
   */
  run<Result>(
    who: { readonly client: string; readonly account?: string; readonly credit?: boolean },
    task: () => Result | Promise<Result>,
  ): Promise<Result>;
}

interface Waiting {
  readonly start: () => Promise<void>;
  readonly giveUp: () => void;
}
interface Client {
  /** Waiting work by account; the first account is the next to be served. */
  readonly accounts: Map<string, Waiting[]>;
  size: number;
}
interface Network {
  /** Those of its clients that wait; the first is the next to be served. */
  readonly clients: Map<string, Client>;
  size: number;
}
type Lane = Map<string, Network>;

/** Of so many turns, one goes to clients whose work failed a lot; the others to them only when nobody else waits. */
const SUSPECT_TURN = 4;
/** Failures after which a client counts as suspect, until as many successes or `FORGOTTEN` other clients came after it. */
const SUSPECT_AFTER = 20;
const FORGOTTEN = 10_000;

/**
 * A queue in which `width` tasks run at once and at most `longest` wait. A client whose tasks fail is served after those
 * whose tasks do not, so that wrong work does not hold up right work; and so is a network of many clients whose tasks fail, for
 * who has a network has an address for each failure. Within one client, of whom many may share an address, each account has its
 * turn. What is too much is taken from whoever has most waiting, at random: a flood pushes out itself.
 *
 * `turn` is awaited after each task, for a thread that has other things to do in between.
 */
export function createFairQueue(options: {
  readonly width: number;
  readonly longest: number;
  readonly turn?: () => Promise<void>;
  readonly random?: () => number;
}): FairQueue {
  const { width, longest, turn, random = Math.random } = options;
  const lanes: { readonly clean: Lane; readonly suspect: Lane } = { clean: new Map(), suspect: new Map() };
  const clients = createFailures(SUSPECT_AFTER);
  const networks = createFailures(SUSPECT_AFTER * NETWORK_SHARE);
  let running = 0;
  let waiting = 0;
  let turns = 0;

  const laneOf = (network: string, client: string): Lane =>
    networks.isSuspect(network) || clients.isSuspect(client) ? lanes.suspect : lanes.clean;

  const judge = (client: string, failed: boolean): void => {
    clients.judge(client, failed);
    networks.judge(networkOf(client), failed);
  };

  const put = (name: string, client: Client): void => {
    const networkName = networkOf(name);
    const lane = laneOf(networkName, name);
    const network = lane.get(networkName) ?? { clients: new Map(), size: 0 };
    network.clients.set(name, client);
    network.size += client.size;
    lane.set(networkName, network);
  };

  /** Takes the client out of the lane, and its network to the end of it. */
  const remove = (lane: Lane, name: string, client: Client): void => {
    const networkName = networkOf(name);
    const network = lane.get(networkName);
    if (!network?.clients.delete(name)) return;
    network.size -= client.size;
    lane.delete(networkName);
    if (network.clients.size > 0) lane.set(networkName, network);
  };

  const add = (name: string, account: string, work: Waiting): void => {
    const networkName = networkOf(name);
    const place = [lanes.clean, lanes.suspect]
      .map((lane) => lane.get(networkName))
      .find((network) => network?.clients.has(name));
    const client = place?.clients.get(name) ?? { accounts: new Map(), size: 0 };
    const works = client.accounts.get(account);
    if (works) works.push(work);
    else client.accounts.set(account, [work]);
    client.size += 1;
    waiting += 1;
    if (place) place.size += 1;
    else put(name, client);
  };

  const firstOf = (lane: Lane): [string, Client] | undefined => {
    for (;;) {
      const [entry] = lane;
      if (!entry) return undefined;
      const [networkName, network] = entry;
      if (lane === lanes.suspect || !networks.isSuspect(networkName)) {
        const [first] = network.clients;
        return first;
      }
      // Its work has failed a lot since it began to wait.
      lane.delete(networkName);
      for (const [name, client] of network.clients) put(name, client);
    }
  };

  const next = (): Waiting | undefined => {
    turns += 1;
    const order = turns % SUSPECT_TURN === 0 ? [lanes.suspect, lanes.clean] : [lanes.clean, lanes.suspect];
    for (const lane of order) {
      const [name, client] = firstOf(lane) ?? [];
      if (name === undefined || !client) continue;
      // To the end of the line; perhaps of the other one, by what was learnt of it meanwhile.
      remove(lane, name, client);
      const [first] = client.accounts;
      if (!first) continue;
      const [account, works] = first;
      const work = works.shift();
      client.accounts.delete(account);
      if (works.length > 0) client.accounts.set(account, works);
      client.size -= 1;
      waiting -= 1;
      if (client.size > 0) put(name, client);
      return work;
    }
    return undefined;
  };

  /** One of those who have most. */
  const largestOf = <Of extends { readonly size: number }>(all: Iterable<Of>): Of | undefined => {
    let largest: Of[] = [];
    for (const one of all) {
      const most = largest[0]?.size ?? 0;
      if (one.size > most) largest = [one];
      else if (one.size === most) largest.push(one);
    }
    return largest[Math.floor(random() * largest.length)];
  };

  const makeRoom = (): void => {
    const network = largestOf([...lanes.clean.values(), ...lanes.suspect.values()]);
    const client = largestOf(network?.clients.values() ?? []);
    if (!network || !client) return;
    const accounts = [...client.accounts];
    const [account, works] = accounts[Math.floor(random() * accounts.length)] ?? ['', []];
    const [work] = works.splice(Math.floor(random() * works.length), 1);
    if (works.length === 0) client.accounts.delete(account);
    client.size -= 1;
    network.size -= 1;
    waiting -= 1;
    if (client.size === 0) forget(network, client);
    work?.giveUp();
  };

  const forget = (network: Network, client: Client): void => {
    for (const [name, other] of network.clients) if (other === client) network.clients.delete(name);
    if (network.clients.size > 0) return;
    for (const lane of [lanes.clean, lanes.suspect])
      for (const [name, other] of lane) if (other === network) lane.delete(name);
  };

  const pump = async (): Promise<void> => {
    if (running >= width) return;
    running += 1;
    for (let work = next(); work; work = next()) {
      await work.start();
      await turn?.();
    }
    running -= 1;
  };

  return {
    run: ({ client, account = '', credit = true }, task) =>
      new Promise((resolve, reject) => {
        add(client, account, {
          start: async () => {
            try {
              resolve(await task());
              if (credit) judge(client, false);
            } catch (error) {
              // What a node does is not the client's fault.
              judge(client, !isNodeTrouble(error));
              reject(error);
            }
          },
          giveUp: () =>
            reject(
              new RescueError(
                'RESCUE_TOO_MANY_REQUESTS',
                'More is waiting to be checked than this service can take: try again in 5 s.',
                { details: { retryAfter: 5 } },
              ),
            ),
        });
        if (waiting > longest) makeRoom();
        void pump();
      }),
  };
}

/** Failures less successes of each name, none below zero and none above twice `suspectAfter`. */
function createFailures(suspectAfter: number) {
  const failures = new Map<string, number>();
  return {
    isSuspect: (name: string): boolean => (failures.get(name) ?? 0) >= suspectAfter,
    judge: (name: string, failed: boolean): void => {
      const before = failures.get(name) ?? 0;
      const now = Math.min(2 * suspectAfter, Math.max(0, before + (failed ? 1 : -1)));
      failures.delete(name);
      if (now > 0) failures.set(name, now);
      const [oldest] = failures.keys();
      if (failures.size > FORGOTTEN && oldest !== undefined) failures.delete(oldest);
    },
  };
}
