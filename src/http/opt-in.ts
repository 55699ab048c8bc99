import { z } from 'zod';
import { policyHash, policySchema } from '../domain/policy/policy.ts';
import { signedOptIn } from '../domain/records/opt-in.ts';
import { paraIdOf, parseInput, requireSamePara } from './input.ts';
import { jsonOf } from './json-body.ts';
import type { Resource } from './resource.ts';

const bodySchema = z.strictObject({ optIn: signedOptIn.strict, policy: z.unknown() });

/** Largest policy: ten thousand exclusions with their reasons. */
const LARGEST_BODY = 4 * 1024 * 1024;

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
  const options = { bodyLimit: LARGEST_BODY, onRequest: throttle };
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
