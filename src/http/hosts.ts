import type { FastifyInstance } from 'fastify';
import { plainAddress } from './client-address.ts';
import { HttpError } from './error-replies.ts';
import { OPERATIONS } from './openapi/operations.ts';
import { pathPattern } from './path-pattern.ts';

export interface HostRules {
  /** Names by which the service is reached besides those of this machine: those of a proxy in front of it. */
  readonly hosts: readonly string[];
  /** Origins of web pages, such as `https://rescue.example.org`, that may use the service besides its own; `*` lets all read. */
  readonly origins: readonly string[];
}

/** Among the origins: pages of all of them may read. */
const EVERYBODY = '*';

const LOOPBACK = /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1)$/;

/**
 * Refuses requests under a name that is not the service's: a page of a stranger whose name suddenly leads to this machine
 * (DNS rebinding) would otherwise count as a page of the service itself. Names of loopback and the address to which the
 * connection came are always the service's.
 */
export function installHostRules(server: FastifyInstance, { hosts, origins }: HostRules): void {
  const names = new Set(hosts.map((name) => name.toLowerCase()));
  server.addHook('onRequest', async ({ headers, socket }) => {
    const name = hostName(headers.host);
    const own = plainAddress(socket.localAddress ?? '');
    if (
      name !== null &&
      (LOOPBACK.test(name) || names.has(name) || (own !== null && plainAddress(name) === own))
    )
      return;
    throw new HttpError(
      421,
      'RESCUE_REQUEST_INVALID',
      'this service is not known under that name: its operator can add the name to http.hosts, or set http.publicUrl',
    );
  });
  if (origins.length === 0) return;
  const allowed = new Set(origins);
  // No credentials, ever: what a page may do here everybody may do, but in the name of the configured page's visitors.
  server.addHook('onRequest', async ({ headers, method, url }, reply) => {
    void reply.header('vary', 'Origin');
    const { origin } = headers;
    if (origin === undefined || isForOperators(url)) return;
    const mayAct = allowed.has(origin);
    if (!mayAct && !allowed.has(EVERYBODY)) return;
    void reply
      .header('access-control-allow-origin', origin)
      .header('cross-origin-resource-policy', 'cross-origin');
    void reply.header('access-control-expose-headers', 'retry-after');
    const wanted = headers['access-control-request-method'];
    if (method !== 'OPTIONS' || wanted === undefined) {
      // What a page sends without asking first carries no JSON; an act of a page that may only read is not taken at all.
      if (mayAct || method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return;
      throw new HttpError(403, 'RESCUE_REQUEST_INVALID', 'web pages of that origin may only read here');
    }
    return reply
      .code(204)
      .header('access-control-allow-methods', mayAct ? 'GET, POST, PUT' : 'GET')
      .header('access-control-allow-headers', 'content-type, last-event-id')
      .header('access-control-max-age', '600')
      .send();
  });
}

/** Whether a `Host` header names this machine from itself. */
export function isOfThisMachine(header: string | undefined): boolean {
  return LOOPBACK.test(hostName(header) ?? '');
}

const OF_OPERATORS = Object.entries(OPERATIONS)
  .filter(([, { operator }]) => operator)
  .map(([route]) => pathPattern(route.split(' ')[1] ?? ''));

/** Whether the operator's token is asked for there. */
function isForOperators(url: string): boolean {
  const path = url.split('?')[0] ?? '';
  return OF_OPERATORS.some((pattern) => pattern.test(path));
}

/** Host of a `Host` header, lower-case, without port and brackets; null for none. */
function hostName(header: string | undefined): string | null {
  const [, bracketed, plain] =
    /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]/@]+?)\.?)(?::\d{1,5})?$/i.exec(header ?? '') ?? [];
  return (bracketed ?? plain)?.toLowerCase() ?? null;
}
