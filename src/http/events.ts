import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { ServiceEvent } from '../domain/events.ts';
import { toJson } from '../domain/json.ts';
import { createShares } from './client-limits.ts';
import { HttpError, replyOf } from './error-replies.ts';
import { parseInput, wholeNumber } from './input.ts';
import type { Resource } from './resource.ts';

const querySchema = z.strictObject({ para: wholeNumber.optional(), after: wholeNumber.optional() });
const headerSchema = z.object({ 'last-event-id': wholeNumber.optional() });

/** A reader that takes nothing for so long is cut off; it can resume with `Last-Event-ID`. */
const SLOW_READER_MS = 30_000;

/**
 * The service's story as server-sent events: `/v1/events?para=&after=`. Resumes after `Last-Event-ID`, or else after
 * `after`, or else tells all from the beginning. An event is read from the service only when the reader has taken
 * the one before it. The heartbeat carries the id reached, so that a filtered stream resumes where it was.
 */
export const eventsResource: Resource = (server, context) => {
  const { service, limits, closing, heartbeatMs, clientOf } = context;
  const shares = createShares(limits.eventStreamsPerClient);
  let open = 0;

  server.get('/v1/events', { exposeHeadRoute: false }, async (request, reply) => {
    const query = parseInput(querySchema, request.query, 'query');
    const header = parseInput(headerSchema, request.headers, 'header');
    if (query.para !== undefined) service.para(query.para);
    if (open >= limits.maxEventStreams || closing.aborted) {
      throw new HttpError(
        503,
        'RESCUE_TOO_MANY_REQUESTS',
        'too many event streams are open: try again later',
        {
          'retry-after': '10',
        },
      );
    }
    const client = clientOf(request);
    if (!shares.enter(client)) {
      throw new HttpError(
        429,
        'RESCUE_TOO_MANY_REQUESTS',
        `one client has at most ${limits.eventStreamsPerClient} event streams: end another one first`,
        { 'retry-after': '10' },
      );
    }
    const after = header['last-event-id'] ?? query.after ?? 0;
    reply.hijack();
    const { raw } = reply;
    const headers = { ...reply.getHeaders(), 'content-type': 'text/event-stream; charset=utf-8' };
    raw.writeHead(200, headers as Record<string, string>);
    raw.flushHeaders();
    open += 1;
    try {
      await tell(raw, {
        after,
        para: query.para,
        closing,
        heartbeatMs,
        events: service.events.bind(service),
      });
    } catch (error) {
      request.log.error({ err: error }, 'event stream failed');
      raw.write(`event: failure\ndata: ${toJson(replyOf(error).body)}\n\n`);
    } finally {
      open -= 1;
      shares.leave(client);
      raw.end();
    }
  });
};

interface Telling {
  readonly after: number;
  readonly para: number | undefined;
  readonly closing: AbortSignal;
  readonly heartbeatMs: number;
  readonly events: (after: number, signal: AbortSignal) => AsyncIterable<ServiceEvent>;
}

/** Writes events until the reader goes or the server closes. */
async function tell(
  raw: ServerResponse,
  { after, para, closing, heartbeatMs, events }: Telling,
): Promise<void> {
  const gone = new AbortController();
  raw.once('close', () => gone.abort());
  const signal = AbortSignal.any([gone.signal, closing]);
  let reached = after;
  raw.write(`retry: 2000\nid: ${reached}\n\n`);
  const heartbeat = setInterval(() => {
    if (!raw.writableNeedDrain) raw.write(`: heartbeat\nid: ${reached}\n\n`);
  }, heartbeatMs);
  try {
    for await (const event of events(after, signal)) {
      if (signal.aborted) break;
      if (para === undefined || event.paraId === para) {
        const taken = raw.write(`id: ${event.id}\ndata: ${toJson(event)}\n\n`);
        reached = event.id;
        if (!taken) await drained(raw, signal);
      } else {
        reached = event.id;
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearInterval(heartbeat);
  }
}

/** Resolves when the reader has taken what was written, or will take nothing any more. */
function drained(raw: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(patience);
      raw.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const patience = setTimeout(() => raw.destroy(), SLOW_READER_MS);
    raw.once('drain', done);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}
