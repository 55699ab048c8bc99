import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { shapeOfJson } from '../bytes/json-shape.ts';
import { policyHash, policySchema } from '../domain/policy/policy.ts';
import type { PolicyBody } from '../threads/heavy-tasks.ts';
import type { HeavyThread } from '../threads/heavy-thread.ts';
import { HttpError } from './error-replies.ts';
import { parseInput } from './input.ts';

/** Deepest nesting of a body: a policy has four levels. */
const DEEPEST = 16;

/** Bodies above this are parsed on another thread, when it is their turn. */
const LARGE = 64 * 1024;

/** So are bodies with more values, of which each may cost a sentence about what is wrong with it. */
const MANY = 2000;

/** Most values of a body: a policy has ten thousand exclusions of two each, and lists of a few thousand besides. */
const MOST = 30_000;

/** A body that was not parsed yet. Nothing but routes that take so much see one. */
class LargeBody {
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/**
 * A body with a policy. A large one is parsed, checked and hashed on the other thread, once: its sender may be anybody.
 * @throws RESCUE_REQUEST_INVALID, RESCUE_POLICY_INVALID
 */
export async function policyBodyOf(
  body: unknown,
  heavy: Pick<HeavyThread, 'policyBody'>,
): Promise<PolicyBody> {
  if (body instanceof LargeBody) return heavy.policyBody(body.bytes);
  const { policy: given, ...rest } = parseInput(z.looseObject({}), body, 'body');
  if (given === null || given === undefined) return { rest, policy: null };
  const policy = parseInput(policySchema, given, 'body', 'RESCUE_POLICY_INVALID');
  return { rest, policy: { policy, hash: policyHash(policy) } };
}

/**
 * Reads JSON bodies, and refuses those that are nested deeper, or hold more values, than anything that is posted here
 * before they are parsed: parsing and checking those costs far more than reading their bytes. How many bytes a route takes
 * its `bodyLimit` says. Compressed bodies are refused, whatever they hold.
 */
export function installJsonBodies(server: FastifyInstance): void {
  server.addHook('onRequest', async ({ headers, method }) => {
    const encoding = headers['content-encoding'];
    if (encoding === undefined || method === 'GET' || method === 'HEAD') return;
    if (encoding.trim().toLowerCase() === 'identity') return;
    throw new HttpError(
      415,
      'RESCUE_REQUEST_INVALID',
      'bodies are taken as they are: send it without content-encoding',
    );
  });
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeContentTypeParser(['text/plain', 'application/json']);
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    const takesMuch = (request.routeOptions.bodyLimit ?? 0) > LARGE;
    const { depth, values } = shapeOfJson(bytes, { depth: DEEPEST, values: MOST });
    const refuse = (sentence: string) =>
      done(new HttpError(400, 'RESCUE_REQUEST_INVALID', sentence), undefined);
    if (depth > DEEPEST) {
      refuse(`the body is nested deeper than ${DEEPEST} levels`);
    } else if (values > (takesMuch ? MOST : MANY)) {
      refuse(`the body holds more than ${takesMuch ? MOST : MANY} values`);
    } else if (bytes.length > LARGE || values > MANY) {
      done(null, new LargeBody(bytes));
    } else parse(request, bytes.toString('utf8'), done);
  });
}
