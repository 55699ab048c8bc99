import { isNodeTrouble, RescueError } from '../errors.ts';

/** Work of strangers, so that nobody's keeps others waiting. */
export interface FairQueue {
  /**
   * Runs `task` when it is its turn. Clients take turns, and within one client the accounts for which it acts do.
   * @throws RESCUE_TOO_MANY_REQUESTS when more waits than the queue holds and this was given up; and what the task throws
   */
  run<Result>(
    who: { readonly client: string; readonly account?: string },
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

/** Of so many turns, one goes to clients whose work failed a lot; the others to them only when nobody else waits. */
const SUSPECT_TURN = 4;
/** Failures after which a client counts as suspect, until as many successes or `FORGOTTEN` other clients came after it. */
const SUSPECT_AFTER = 20;
const FORGOTTEN = 10_000;

/**
 * A queue in which `width` tasks run at once and at most `longest` wait. A client whose tasks fail is served after those
 * whose tasks do not, so that wrong work does not hold up right work; within one client, of whom many may share an
 * address, each account has its turn. What is too much is taken from whoever has most waiting, at random: a flood pushes
 * out itself.
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
  const lanes = { clean: new Map<string, Client>(), suspect: new Map<string, Client>() };
  const failures = new Map<string, number>();
  let running = 0;
  let waiting = 0;
  let turns = 0;

  const laneOf = (client: string) => ((failures.get(client) ?? 0) >= SUSPECT_AFTER ? 'suspect' : 'clean');

  const judge = (client: string, failed: boolean): void => {
    const before = failures.get(client) ?? 0;
    const now = Math.min(2 * SUSPECT_AFTER, Math.max(0, before + (failed ? 1 : -1)));
    failures.delete(client);
    if (now > 0) failures.set(client, now);
    const [oldest] = failures.keys();
    if (failures.size > FORGOTTEN && oldest !== undefined) failures.delete(oldest);
  };

  const add = (name: string, account: string, work: Waiting): void => {
    const found = lanes.clean.get(name) ?? lanes.suspect.get(name);
    const client = found ?? { accounts: new Map(), size: 0 };
    if (!found) lanes[laneOf(name)].set(name, client);
    const works = client.accounts.get(account);
    if (works) works.push(work);
    else client.accounts.set(account, [work]);
    client.size += 1;
    waiting += 1;
  };

  const next = (): Waiting | undefined => {
    turns += 1;
    const order = turns % SUSPECT_TURN === 0 ? [lanes.suspect, lanes.clean] : [lanes.clean, lanes.suspect];
    const lane = order.find(({ size }) => size > 0);
    const [entry] = lane ?? [];
    if (!lane || !entry) return undefined;
    const [name, client] = entry;
    const [first] = client.accounts;
    if (!first) return undefined;
    const [account, works] = first;
    const work = works.shift();
    client.accounts.delete(account);
    if (works.length > 0) client.accounts.set(account, works);
    // To the end of the line; perhaps of the other one, by what was learnt of it meanwhile.
    lane.delete(name);
    client.size -= 1;
    if (client.size > 0) lanes[laneOf(name)].set(name, client);
    waiting -= 1;
    return work;
  };

  const makeRoom = (): void => {
    const clients = [...lanes.clean, ...lanes.suspect];
    const [name, client] = clients.reduce((most, one) => (one[1].size > most[1].size ? one : most));
    const accounts = [...client.accounts];
    const [account, works] = accounts[Math.floor(random() * accounts.length)] ?? ['', []];
    const [work] = works.splice(Math.floor(random() * works.length), 1);
    if (works.length === 0) client.accounts.delete(account);
    client.size -= 1;
    if (client.size === 0) for (const lane of Object.values(lanes)) lane.delete(name);
    waiting -= 1;
    work?.giveUp();
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
    run: ({ client, account = '' }, task) =>
      new Promise((resolve, reject) => {
        add(client, account, {
          start: async () => {
            try {
              resolve(await task());
              judge(client, false);
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
