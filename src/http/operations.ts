import { paraIdOf } from './input.ts';
import type { Resource } from './resource.ts';

/** What collators and operators need: `/v1/paras/:id/substitute`, and `/v1/paras/:id/retry` for the operator only. */
export const operationsResource: Resource = (server, context) => {
  const { service, requireOperator } = context;
  const options = {
    bodyLimit: 1024,
    onRequest: async (request: Parameters<typeof requireOperator>[0]) => requireOperator(request),
  };
  server.post('/v1/paras/:id/retry', options, async ({ params }) => {
    await service.retry(paraIdOf(params));
    return { ok: true };
  });
};
