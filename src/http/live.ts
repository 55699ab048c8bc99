import { setTimeout as pause } from 'node:timers/promises';
import { toJson } from '../domain/json.ts';
import { liveOf } from '../domain/views/live.ts';
import type { RescueService } from '../recovery/rescue-service.ts';
import { replyOf } from './error-replies.ts';
import { paraIdOf } from './input.ts';
import type { Resource } from './resource.ts';

/** Milliseconds between two looks: also what changes by time alone is seen, such as that the relay chain is not seen any more. */
const LOOK_MS = 500;
/** A reader that takes nothing for so long is cut off. */
const SLOW_READER_MS = 30_000;

/**
 * What the page shows of all paras: `/v1/live` has one message now and one whenever something changed, `/v1/paras/:id/heads` what was
 * before. All readers share one look. Who reads slowly misses messages, never the newest one.
 */
export const liveResource: Resource = (server, { service, streams, heartbeatMs }) => {
  const look = createLook(service);
  server.get('/v1/live', { exposeHeadRoute: false }, async (request, reply) => {
    const { raw, over, end } = streams.open(request, reply);
    raw.write('retry: 2000\n\n');
    const heartbeat = setInterval(() => {
      if (!raw.writableNeedDrain) raw.write(': heartbeat\n\n');
    }, heartbeatMs);
    let busySince: number | null = null;
    try {
      for (let told = ''; !over.aborted; ) {
        const now = look();
        if (now !== told && !raw.writableNeedDrain) {
          raw.write(`data: ${now}\n\n`);
          told = now;
        }
        busySince = raw.writableNeedDrain ? (busySince ?? performance.now()) : null;
        if (busySince !== null && performance.now() - busySince > SLOW_READER_MS) {
          request.raw.destroy();
          break;
        }
        await pause(LOOK_MS, undefined, { signal: over }).catch(() => undefined);
      }
    } catch (error) {
      request.log.error({ err: error }, 'event stream failed');
      raw.write(`event: failure\ndata: ${toJson(replyOf(error).body)}\n\n`);
    } finally {
      clearInterval(heartbeat);
      end();
    }
  });
  server.get('/v1/paras/:id/heads', async ({ params }) => ({ heads: service.heads(paraIdOf(params)) }));
};

/** The newest status as JSON, made at most once in `LOOK_MS` for all readers. */
function createLook(service: Pick<RescueService, 'status'>): () => string {
  let json = '';
  let madeAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (now - madeAt >= LOOK_MS / 2) {
      json = toJson(liveOf(service.status()));
      madeAt = now;
    }
    return json;
  };
}
