import type { FastifyInstance } from 'fastify';
import type { HeavyThread } from '../threads/heavy-thread.ts';
import { HttpError } from './error-replies.ts';

/** Deepest nesting of a body: a policy has four levels. */
const DEEPEST = 16;

/** Bodies above this are parsed on another thread, when it is their turn. */
const LARGE = 64 * 1024;

/** A body that was not parsed yet. Nothing but routes that take so much see one. */
class LargeBody {
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** The JSON of a body. @throws RESCUE_REQUEST_INVALID */
export async function jsonOf(body: unknown, heavy: Pick<HeavyThread, 'policyBody'>): Promise<unknown> {
  return body instanceof LargeBody ? heavy.policyBody(body.bytes) : body;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Reads JSON bodies, and refuses those that are nested deeper than anything that is posted here before they are parsed:
 * parsing nesting costs far more than reading its bytes. How many bytes a route takes its `bodyLimit` says.
 */
export function installJsonBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeContentTypeParser(['text/plain', 'application/json']);
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    if (depthOf(bytes) > DEEPEST) {
      done(
        new HttpError(400, 'RESCUE_REQUEST_INVALID', `the body is nested deeper than ${DEEPEST} levels`),
        undefined,
      );
    } else if (bytes.length > LARGE) {
      done(null, new LargeBody(bytes));
    } else parse(request, bytes.toString('utf8'), done);
  });
}

/** Deepest nesting of arrays and objects in JSON text; stops counting above `DEEPEST`. One pass over the bytes. */
function depthOf(json: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (quoted) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) quoted = false;
    } else if (byte === QUOTE) {
      quoted = true;
    } else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
      if (deepest > DEEPEST) return deepest;
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  return deepest;
}
