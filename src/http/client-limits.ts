import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { NETWORK_SHARE, networkOf } from '../domain/concurrency/client.ts';
import type { ClientAddresses } from './client-address.ts';
import { HttpError } from './error-replies.ts';
import { whenOver } from './exchange.ts';

const MINUTE = 60_000;
/** Clients, and networks, remembered at once; beyond it the oldest are forgotten, so that a flood cannot fill the memory. */
const MOST_CLIENTS = 10_000;

/** Counts what each client does in fixed minutes. */
export interface RateLimit {
  /** @throws 429 when the client did its share of this minute */
  check(client: string): void;
  count(client: string, weight?: number): void;
}

/**
 * `now` gives milliseconds of a clock that nobody can set; `what` is counted, for the sentence. All clients of one network
 * together have the share of `NETWORK_SHARE` clients.
 */
export function createRateLimit(
  perMinute: number,
  what: string,
  now: () => number = () => performance.now(),
): RateLimit {
  const clients = createWindows(now);
  const networks = createWindows(now);
  const refuse = (most: number, whose: string, startedAt: number): never => {
    const seconds = Math.max(1, Math.ceil((startedAt + MINUTE - now()) / 1000));
    throw new HttpError(
      429,
      'RESCUE_TOO_MANY_REQUESTS',
      `more than ${most} ${what} in a minute from one ${whose}: try again in ${seconds} s`,
      { 'retry-after': String(seconds) },
    );
  };
  return {
    check: (client) => {
      const own = clients(client);
      if (own.count >= perMinute) refuse(perMinute, 'client', own.startedAt);
      const all = networks(networkOf(client));
      const most = perMinute * NETWORK_SHARE;
      if (all.count >= most) refuse(most, 'network', all.startedAt);
    },
    count: (client, weight = 1) => {
      clients(client).count += weight;
      networks(networkOf(client)).count += weight;
    },
  };
}

interface Window {
  readonly startedAt: number;
  count: number;
}

/** The running minute of each name. */
function createWindows(now: () => number): (name: string) => Window {
  const windows = new Map<string, Window>();
  return (name) => {
    const at = now();
    const known = windows.get(name);
    if (known !== undefined && at - known.startedAt < MINUTE) return known;
    const window = { startedAt: at, count: 0 };
    windows.delete(name);
    windows.set(name, window);
    const [oldest] = windows.keys();
    if (windows.size > MOST_CLIENTS && oldest !== undefined) windows.delete(oldest);
    return window;
  };
}

/** How many of something each client has at once; all clients of one network together as many as `NETWORK_SHARE` clients. */
export interface Shares {
  /** False when the client, or its network, has its share already. What was taken is given back by `leave`. */
  enter(client: string): boolean;
  leave(client: string): void;
}

export function createShares(each: number): Shares {
  const clients = new Map<string, number>();
  const networks = new Map<string, number>();
  const change = (held: Map<string, number>, name: string, by: number) => {
    const now = (held.get(name) ?? 0) + by;
    if (now > 0) held.set(name, now);
    else held.delete(name);
  };
  return {
    enter: (client) => {
      const network = networkOf(client);
      if ((clients.get(client) ?? 0) >= each) return false;
      if ((networks.get(network) ?? 0) >= each * NETWORK_SHARE) return false;
      change(clients, client, 1);
      change(networks, network, 1);
      return true;
    },
    leave: (client) => {
      change(clients, client, -1);
      change(networks, networkOf(client), -1);
    },
  };
}

/**
 * Closes connections beyond a client's share as they come, and refuses requests beyond it, which many clients may send
 * over the connections of a trusted proxy. What is refused costs no more than that.
 */
export function limitConnections(
  server: FastifyInstance,
  { isTrusted, clientOf }: ClientAddresses,
  perClient: number,
): void {
  const sockets = createShares(perClient);
  const requests = createShares(perClient);
  const http: Server = server.server;
  http.on('connection', (socket: Socket) => {
    if (isTrusted(socket.remoteAddress)) return;
    const client = clientOf({ socket, headers: {} });
    if (sockets.enter(client)) socket.once('close', () => sockets.leave(client));
    else socket.destroy();
  });
  server.addHook('onRequest', async (request, reply) => {
    const client = clientOf(request);
    if (!requests.enter(client)) {
      throw new HttpError(
        429,
        'RESCUE_TOO_MANY_REQUESTS',
        `more than ${perClient} requests of one client, or ${perClient * NETWORK_SHARE} of one network, are under way: try again when one of them has ended`,
        { 'retry-after': '1' },
      );
    }
    whenOver(request.raw, reply.raw, () => requests.leave(client));
  });
}
