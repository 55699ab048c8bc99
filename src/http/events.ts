import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { ServiceEvent } from '../domain/events.ts';
import { toJson } from '../domain/json.ts';
import type { ParaId } from '../domain/units.ts';
import type { RescueService } from '../recovery/rescue-service.ts';
import { replyOf } from './error-replies.ts';
import { parseInput, wholeNumber } from './input.ts';
import { eventsQuery } from './queries.ts';
import type { Resource } from './resource.ts';

const headerSchema = z.object({ 'last-event-id': wholeNumber.optional() });

/** A reader that takes nothing for so long is cut off; it can resume with `Last-Event-ID`. */
const SLOW_READER_MS = 30_000;

/**
 * The service's story as server-sent events: `/v1/events?para=&after=`. Resumes after `Last-Event-ID`, or else after
 * `after`, or else tells all from the beginning. An event is read from the service only when the reader has taken
 * the one before it. The heartbeat carries the id reached, so that a filtered stream resumes where it was.
 */
export const eventsResource: Resource = (server, context) => {
  const { service, streams, heartbeatMs } = context;

  server.get('/v1/events', { exposeHeadRoute: false }, async (request, reply) => {
    const query = parseInput(eventsQuery, request.query, 'query');
    const header = parseInput(headerSchema, request.headers, 'header');
    if (query.para !== undefined) requireWatched(service, query.para);
    const after = header['last-event-id'] ?? query.after ?? 0;
    const { raw, over, end } = streams.open(request, reply);
    try {
      await tell(raw, {
        after,
        para: query.para,
        over,
        cutOff: () => void request.raw.destroy(),
        heartbeatMs,
        events: service.events.bind(service),
      });
    } catch (error) {
      request.log.error({ err: error }, 'event stream failed');
      raw.write(`event: failure\ndata: ${toJson(replyOf(error).body)}\n\n`);
    } finally {
      end();
    }
  });
};

/** A para of the configuration, or of the list of all. @throws RESCUE_PARA_UNKNOWN */
function requireWatched(service: RescueService, paraId: ParaId): void {
  const { rows } = service.fleet({ after: paraId - 1, limit: 1 });
  if (rows[0]?.paraId !== paraId) service.para(paraId);
}

interface Telling {
  readonly after: number;
  readonly para: number | undefined;
  /** Aborts when the reader has gone, or the server closes. */
  readonly over: AbortSignal;
  /** Ends the connection: the answer itself may not have its turn on it yet. */
  readonly cutOff: () => void;
  readonly heartbeatMs: number;
  readonly events: (after: number, signal: AbortSignal) => AsyncIterable<ServiceEvent>;
}

/** Writes events until the reader goes or the server closes. */
async function tell(
  raw: ServerResponse,
  { after, para, over: signal, cutOff, heartbeatMs, events }: Telling,
): Promise<void> {
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
        if (!taken) await drained(raw, signal, cutOff);
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
function drained(raw: ServerResponse, signal: AbortSignal, cutOff: () => void): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(patience);
      raw.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const patience = setTimeout(cutOff, SLOW_READER_MS);
    raw.once('drain', done);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}
