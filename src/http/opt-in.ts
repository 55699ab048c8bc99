import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { RescueError } from '../domain/errors.ts';
import { toJson } from '../domain/json.ts';
import { policyHash } from '../domain/policy/policy.ts';
import { managerOptIn } from '../domain/records/opt-in.ts';
import { createShares } from './client-limits.ts';
import { createEncodedAnswers } from './encoded-answers.ts';
import { HttpError } from './error-replies.ts';
import { whenOver } from './exchange.ts';
import { paraIdOf, parseInput, requireSamePara } from './input.ts';
import { policyBodyOf } from './json-body.ts';
import type { Resource } from './resource.ts';

/** Bodies apart from their policy. */
export const optInSchema = z.strictObject({
  optIn: managerOptIn.strict,
  whileStopped: z.boolean().default(false),
});
export const adoptSchema = z.strictObject({ whileStopped: z.boolean().default(false) });

/** Largest policy: ten thousand exclusions with their reasons. */
const LARGEST_BODY = 4 * 1024 * 1024;

/** What may come in any number, as connections are limited. */
const SMALL_BODY = 64 * 1024;
/** Larger bodies at once, of all and of each client. */
const LARGE_BODIES = 32;
const LARGE_BODIES_EACH = 4;

/**
 * The policy in force, the registrar manager's act on it, and the policy whose hash the rescue contract recorded:
 * `/v1/paras/:id/policy`, `/v1/paras/:id/opt-in`.
 */
export const optInResource: Resource = (server, context) => {
  const { service, throttle, weigh, heavy, clientOf, thread } = context;
  const answers = createEncodedAnswers();
  server.get('/v1/paras/:id/policy', async (request, reply) => {
    const paraId = paraIdOf(request.params);
    weigh(request, 400);
    const policy = await service.policy(paraId);
    const encode = () => toJson({ policy, hash: policy === null ? null : policyHash(policy) });
    const body =
      answers.find(`${paraId}`, [policy]) ?? answers.keep(`${paraId}`, Buffer.from(encode()), [policy]);
    return reply.type('application/json; charset=utf-8').send(body);
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
      const { rest, policy } = await policyBodyOf(request.body, thread);
      if (policy === null) {
        throw new RescueError('RESCUE_POLICY_INVALID', 'the body is not as expected: policy is missing');
      }
      const meant = parseInput(adoptSchema, rest, 'body', 'RESCUE_POLICY_INVALID');
      return service.adoptPolicy(paraIdOf(request.params), policy, meant);
    }),
  );
  server.post('/v1/paras/:id/opt-in', options, async (request) =>
    heavy.run({ client: clientOf(request) }, async () => {
      const { rest, policy } = await policyBodyOf(request.body, thread);
      const { optIn, whileStopped } = parseInput(optInSchema, rest, 'body');
      requireSamePara(paraIdOf(request.params), optIn.paraId);
      return service.optIn(optIn, policy, { whileStopped });
    }),
  );
};
