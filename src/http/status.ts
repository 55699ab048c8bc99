import { paraIdOf } from './input.ts';
import type { Resource } from './resource.ts';

/** What the service sees: `/health`, `/v1/status`, `/v1/paras/:id`. */
export const statusResource: Resource = (server, { service }) => {
  server.get('/health', async (_request, reply) => {
    const { relay, sight } = service.status();
    const ok = sight.blind === null;
    return reply.code(ok ? 200 : 503).send({ ok, reason: sight.blind, relay, sight });
  });
  server.get('/v1/status', async () => service.status());
  server.get('/v1/paras/:id', async ({ params }) => service.para(paraIdOf(params)));
};
