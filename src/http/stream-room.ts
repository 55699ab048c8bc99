import type { FastifyReply, FastifyRequest } from 'fastify';
import { NETWORK_SHARE } from '../domain/concurrency/client.ts';
import { createShares } from './client-limits.ts';
import { HttpError } from './error-replies.ts';
import { whenOver } from './exchange.ts';

/** A stream of server-sent events that has begun. */
export interface EventStream {
  readonly raw: FastifyReply['raw'];
  /** Aborts when the reader has gone, or the server closes. */
  readonly over: AbortSignal;
  /** Ends the answer and gives its place to somebody else. */
  end(): void;
}

/** The places for streams: all of them together are counted, and those of each client. */
export interface StreamRoom {
  /** @throws 503 when there are too many, 429 when the client has too many */
  open(request: FastifyRequest, reply: FastifyReply): EventStream;
}

export function createStreamRoom(options: {
  readonly limits: { readonly maxEventStreams: number; readonly eventStreamsPerClient: number };
  readonly clientOf: (request: FastifyRequest) => string;
  readonly closing: AbortSignal;
}): StreamRoom {
  const { limits, clientOf, closing } = options;
  const shares = createShares(limits.eventStreamsPerClient);
  let open = 0;
  return {
    open: (request, reply) => {
      if (open >= limits.maxEventStreams || closing.aborted) {
        throw new HttpError(
          503,
          'RESCUE_TOO_MANY_REQUESTS',
          'too many event streams are open: try again later',
          { 'retry-after': '10' },
        );
      }
      const client = clientOf(request);
      if (!shares.enter(client)) {
        throw new HttpError(
          429,
          'RESCUE_TOO_MANY_REQUESTS',
          `one client has at most ${limits.eventStreamsPerClient} event streams, and a network as many as ${NETWORK_SHARE} clients: end another one first`,
          { 'retry-after': '10' },
        );
      }
      reply.hijack();
      const { raw } = reply;
      const headers = { ...reply.getHeaders(), 'content-type': 'text/event-stream; charset=utf-8' };
      raw.writeHead(200, headers as Record<string, string>);
      raw.flushHeaders();
      open += 1;
      const gone = new AbortController();
      whenOver(request.raw, raw, () => gone.abort());
      return {
        raw,
        over: AbortSignal.any([gone.signal, closing]),
        end: () => {
          open -= 1;
          shares.leave(client);
          raw.end();
        },
      };
    },
  };
}
