import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { policyHash, policySchema } from '../domain/policy/policy.ts';
import { signedOptIn } from '../domain/records/opt-in.ts';
import { createShares } from './client-limits.ts';
import { HttpError } from './error-replies.ts';
import { whenOver } from './exchange.ts';
import { paraIdOf, parseInput, requireSamePara } from './input.ts';
import { jsonOf } from './json-body.ts';
import type { Resource } from './resource.ts';

const bodySchema = z.strictObject({ optIn: signedOptIn.strict, policy: z.unknown() });

/** Largest policy: ten thousand exclusions with their reasons. */
const LARGEST_BODY = 4 * 1024 * 1024;

/** What may come in any number, as connections are limited. */
const SMALL_BODY = 64 * 1024;
/** Larger bodies at once, of all and of each client. */
const LARGE_BODIES = 32;
const LARGE_BODIES_EACH = 4;

const adoptSchema = z.strictObject({ policy: policySchema });

/**
 * The policy in force, the registrar manager's act on it, and the policy whose hash the rescue contract recorded:
 * `/v1/paras/:id/policy`, `/v1/paras/:id/opt-in`.
 */
export const optInResource: Resource = (server, { service, throttle, heavy, clientOf, thread }) => {
  server.get('/v1/paras/:id/policy', async ({ params }) => {
    const policy = await service.policy(paraIdOf(params));
    return { policy, hash: policy === null ? null : policyHash(policy) };
  });
  const shares = createShares(LARGE_BODIES_EACH);
  let underWay = 0;
  /** Bodies lie in memory until it is their turn. One whose length is not told counts as large. */
  const makeRoom = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (Number(request.headers['content-length'] ?? LARGEST_BODY) <= SMALL_BODY) return;
    const client = clientOf(request);
    if (underWay >= LARGE_BODIES || !shares.enter(client)) {
      throw new HttpError(
        429,
        'RESCUE_TOO_MANY_REQUESTS',
        'too many large policies are being sent: try again later',
        { 'retry-after': '10' },
      );
    }
    underWay += 1;
    whenOver(request.raw, reply.raw, () => {
      underWay -= 1;
      shares.leave(client);
    });
  };
  const options = { bodyLimit: LARGEST_BODY, onRequest: [throttle, makeRoom] };
  server.put('/v1/paras/:id/policy', options, async (request) =>
    heavy.run({ client: clientOf(request) }, async () => {
      const body = await jsonOf(request.body, thread);
      const { policy } = parseInput(adoptSchema, body, 'body', 'RESCUE_POLICY_INVALID');
      return service.adoptPolicy(paraIdOf(request.params), policy);
    }),
  );
  server.post('/v1/paras/:id/opt-in', options, async (request) =>
    heavy.run({ client: clientOf(request) }, async () => {
      const body = await jsonOf(request.body, thread);
      const { optIn, policy } = parseInput(bodySchema, body, 'body');
      requireSamePara(paraIdOf(request.params), optIn.paraId);
      const checked =
        policy === null || policy === undefined
          ? null
          : parseInput(policySchema, policy, 'body', 'RESCUE_POLICY_INVALID');
      return service.optIn(optIn, checked);
    }),
  );
};
