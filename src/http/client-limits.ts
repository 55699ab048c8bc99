import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { ClientAddresses } from './client-address.ts';
import { HttpError } from './error-replies.ts';

const MINUTE = 60_000;
/** Clients remembered at once; beyond it the oldest are forgotten, so that a flood cannot fill the memory. */
const MOST_CLIENTS = 10_000;

/** Counts what each client does in fixed minutes. */
export interface RateLimit {
  /** @throws 429 when the client did its share of this minute */
  check(client: string): void;
  count(client: string, weight?: number): void;
}

/** `now` gives milliseconds of a clock that nobody can set; `what` is counted, for the sentence. */
export function createRateLimit(
  perMinute: number,
  what: string,
  now: () => number = () => performance.now(),
): RateLimit {
  const windows = new Map<string, { readonly startedAt: number; count: number }>();
  const windowOf = (client: string) => {
    const at = now();
    const known = windows.get(client);
    if (known !== undefined && at - known.startedAt < MINUTE) return known;
    const window = { startedAt: at, count: 0 };
    windows.delete(client);
    windows.set(client, window);
    const [oldest] = windows.keys();
    if (windows.size > MOST_CLIENTS && oldest !== undefined) windows.delete(oldest);
    return window;
  };
  return {
    check: (client) => {
      const window = windowOf(client);
      if (window.count < perMinute) return;
      const seconds = Math.max(1, Math.ceil((window.startedAt + MINUTE - now()) / 1000));
      throw new HttpError(
        429,
        'RESCUE_TOO_MANY_REQUESTS',
        `more than ${perMinute} ${what} in a minute from one client: try again in ${seconds} s`,
        { 'retry-after': String(seconds) },
      );
    },
    count: (client, weight = 1) => {
      windowOf(client).count += weight;
    },
  };
}

/** How many of something each client has at once. */
export interface Shares {
  /** False when the client has its share already. What was taken is given back by `leave`. */
  enter(client: string): boolean;
  leave(client: string): void;
}

export function createShares(each: number): Shares {
  const held = new Map<string, number>();
  return {
    enter: (client) => {
      const now = held.get(client) ?? 0;
      if (now >= each) return false;
      held.set(client, now + 1);
      return true;
    },
    leave: (client) => {
      const now = (held.get(client) ?? 0) - 1;
      if (now > 0) held.set(client, now);
      else held.delete(client);
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
        `more than ${perClient} requests of one client are under way: try again when one of them has ended`,
        { 'retry-after': '1' },
      );
    }
    reply.raw.once('close', () => requests.leave(client));
  });
}
