import { paraIdOf } from './input.ts';
import type { Resource } from './resource.ts';

/** What the service sees: `/health`, `/v1/status`, `/v1/paras/:id`. */
export const statusResource: Resource = (server, { service }) => {
  server.get('/health', async (_request, reply) => {
    const { relay, sight, fleet } = service.status();
    const reason = sight.blind ?? fleet?.blind ?? null;
    const ok = reason === null;
    return reply.code(ok ? 200 : 503).send({ ok, reason, relay, sight });
  });
  server.get('/v1/status', async () => service.status());
  server.get('/v1/paras/:id', async ({ params }) => service.para(paraIdOf(params)));
};
