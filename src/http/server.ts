import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Logger } from 'pino';
import { createFairQueue } from '../domain/concurrency/fair-queue.ts';
import { messageOf, RescueError } from '../domain/errors.ts';
import { toJson } from '../domain/json.ts';
import type { RescueService } from '../recovery/rescue-service.ts';
import { createHeavyThread } from '../threads/heavy-thread.ts';
import { accountProofResource } from './account-proof.ts';
import { createClientAddresses } from './client-address.ts';
import { createRateLimit, limitConnections } from './client-limits.ts';
import { codeResource } from './code.ts';
import { createEncodedAnswers } from './encoded-answers.ts';
import { installErrorReplies, replyOf, sendError } from './error-replies.ts';
import { eventsResource } from './events.ts';
import { evidenceResource } from './evidence.ts';
import { whenOver } from './exchange.ts';
import { fleetResource } from './fleet.ts';
import { handoverResource } from './handover.ts';
import { type HostRules, installHostRules } from './hosts.ts';
import { incidentsResource } from './incidents.ts';
import { installJsonBodies } from './json-body.ts';
import { liveResource } from './live.ts';
import { openApiResource } from './openapi.ts';
import { operationsResource } from './operations.ts';
import { operatorOnly } from './operator.ts';
import { optInResource } from './opt-in.ts';
import { pageResource } from './page.ts';
import type { Page } from './page-files.ts';
import { planResource } from './plan.ts';
import { proposalsResource } from './proposals.ts';
import { releasesResource } from './releases.ts';
import type { HttpLimits, Resource, ResourceContext } from './resource.ts';
import { statusResource } from './status.ts';
import { createStreamRoom } from './stream-room.ts';
import { substituteResource } from './substitute.ts';
import { trialsResource } from './trials.ts';
import { validationResource } from './validation.ts';
import { votesResource } from './votes.ts';

/** Everything that is served; docs/http-api.md lists it. */
export const RESOURCES: readonly Resource[] = [
  openApiResource,
  statusResource,
  fleetResource,
  optInResource,
  proposalsResource,
  trialsResource,
  codeResource,
  votesResource,
  accountProofResource,
  evidenceResource,
  substituteResource,
  planResource,
  releasesResource,
  handoverResource,
  incidentsResource,
  validationResource,
  operationsResource,
  eventsResource,
  liveResource,
  pageResource,
];

const DEFAULT_LIMITS: HttpLimits = {
  maxCodeBytes: 8 * 1024 * 1024,
  maxConnections: 1000,
  maxEventStreams: 200,
  connectionsPerClient: 100,
  eventStreamsPerClient: 20,
  votesPerMinute: 600,
  readsPerMinute: 120_000,
};

const PATIENCE = { headersMs: 10_000, requestMs: 60_000, idleMs: 120_000, uploadMs: 10_000 };
/** Between two requests of a connection. */
const KEEP_ALIVE_MS = 10_000;

/** Answers from this length on count for more than one, and are kept once for all who read the same one slowly. */
const LONG_ANSWER = 16 * 1024;
/** As a page of votes has for each of the reads that it counts for. */
const LENGTH_OF_A_READ = 2500;

const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

export interface HttpServerOptions {
  readonly service: RescueService;
  readonly log: Logger;
  readonly limits?: Partial<HttpLimits>;
  /** Names and origins besides those of this machine. */
  readonly hosts?: Partial<HostRules>;
  /** Addresses and networks of the proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[];
  /** What the operator sends; nobody is the operator without one. */
  readonly operatorToken?: string | null;
  /** The page for people; none is served without one. */
  readonly page?: Page | null;
  /** Milliseconds between heartbeats of event streams. */
  readonly heartbeatMs?: number;
  /** Milliseconds for the headers of a request, for all of it, without a byte either way, and for a code while others wait. */
  readonly patience?: Partial<typeof PATIENCE>;
  /** Milliseconds that requests under way get to finish when the server closes. */
  readonly graceMs?: number;
}

/** The HTTP door of a service. */
export interface HttpServer {
  /** @returns the base URL, without a slash at the end. @throws RESCUE_CONFIG_INVALID when it cannot listen there. */
  listen(at: { readonly host: string; readonly port: number }): Promise<string>;
  /** Takes no new requests, ends event streams, lets the others finish, then closes. */
  close(): Promise<void>;
}

export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { service, graceMs = 3000 } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const patience = { ...PATIENCE, ...options.patience };
  const log: FastifyBaseLogger = options.log;
  const server: FastifyInstance = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: patience.requestMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Somebody who takes nothing of an answer for so long is cut off.
    connectionTimeout: patience.idleMs,
    http: {
      headersTimeout: patience.headersMs,
      connectionsCheckingInterval: patience.headersMs / 5,
      maxHeaderSize: 16 * 1024,
    },
    bodyLimit: 16 * 1024,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, request, reply) => void sendError(error, request as FastifyRequest, reply),
    clientErrorHandler: answerUnreadable,
  });
  server.server.maxConnections = limits.maxConnections;
  installJsonBodies(server);
  server.setReplySerializer((payload) => toJson(payload));
  server.addHook('onRequest', async (_, reply) => void reply.headers(SECURITY_HEADERS));
  server.addHook('onResponse', async ({ method, url }, reply) => {
    log.debug({ method, url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'answered');
  });
  installErrorReplies(server);

  let underWay = 0;
  server.server.on('request', (request, response) => {
    underWay += 1;
    whenOver(request, response, () => {
      underWay -= 1;
    });
  });
  const closing = new AbortController();
  const addresses = createClientAddresses(options.trustedProxies);
  limitConnections(server, addresses, limits.connectionsPerClient);
  installHostRules(server, { hosts: [], origins: [], ...options.hosts });
  const acts = createRateLimit(limits.votesPerMinute, 'acts');
  const reads = createRateLimit(limits.readsPerMinute, 'reads');
  const acting = new WeakMap<FastifyRequest, string>();
  // Only what was taken counts: wrong acts of others behind the same address keep nobody from acting. It counts also when
  // its sender does not wait for the answer, and his socket has no address any more.
  server.addHook('onSend', async (request, reply) => {
    const client = acting.get(request);
    if (client !== undefined && reply.statusCode < 300) acts.count(client);
  });
  server.addHook('onRequest', async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return;
    reads.check(addresses.clientOf(request));
    reads.count(addresses.clientOf(request));
  });
  // What is given out often keeps its own bytes and says what it weighs; this is for everything else that can be long.
  const shared = createEncodedAnswers();
  server.addHook('onSend', async (request, _reply, payload) => {
    if (request.method !== 'GET' || typeof payload !== 'string' || payload.length < LONG_ANSWER)
      return payload;
    reads.count(addresses.clientOf(request), Math.floor(payload.length / LENGTH_OF_A_READ));
    const bytes = Buffer.from(payload);
    const known = shared.find(request.url);
    return known?.equals(bytes) ? known : shared.keep(request.url, bytes);
  });
  const context: ResourceContext = {
    service,
    limits,
    clientOf: addresses.clientOf,
    throttle: async (request) => {
      const client = addresses.clientOf(request);
      acts.check(client);
      acting.set(request, client);
    },
    weigh: (request, weight) => reads.count(addresses.clientOf(request), weight - 1),
    streams: createStreamRoom({ limits, clientOf: addresses.clientOf, closing: closing.signal }),
    page: options.page ?? null,
    requireOperator: operatorOnly(options.operatorToken ?? null),
    heavy: createFairQueue({ width: 2, longest: 200 }),
    thread: createHeavyThread(),
    uploadMs: patience.uploadMs,
    closing: closing.signal,
    heartbeatMs: options.heartbeatMs ?? 15_000,
  };
  for (const resource of RESOURCES) resource(server, context);

  return {
    async listen({ host, port }) {
      try {
        return await server.listen({ host, port });
      } catch (cause) {
        throw new RescueError(
          'RESCUE_CONFIG_INVALID',
          `cannot listen on ${host}:${port}: ${messageOf(cause)}; choose another http.port or stop what uses it`,
          { cause },
        );
      }
    },
    async close() {
      closing.abort();
      const deadline = performance.now() + graceMs;
      // Connections without a request would otherwise keep the server open as long as their clients like.
      const sweep = setInterval(() => {
        if (underWay === 0 || performance.now() >= deadline) server.server.closeAllConnections();
      }, 20);
      try {
        await server.close();
      } finally {
        clearInterval(sweep);
      }
    },
  };
}

/** Bytes that are no HTTP request never reach a route; they are answered in the same shape as the rest. */
function answerUnreadable(
  error: NodeJS.ErrnoException,
  socket: { readonly writable: boolean; end(text: string): void; destroy(): void },
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const status = tooLarge ? '431 Request Header Fields Too Large' : '400 Bad Request';
  const sentence = tooLarge ? 'the headers are too large' : 'this is not an HTTP request';
  const body = toJson(replyOf(new RescueError('RESCUE_REQUEST_INVALID', sentence)).body);
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
