import { createEvidenceBundles } from './evidence-bundles.ts';
import { whenOver } from './exchange.ts';
import { paraIdOf } from './input.ts';
import type { Resource } from './resource.ts';

/**
 * The evidence bundle of the open or last round, one JSON object a line: `/v1/paras/:id/evidence`. It is made once for
 * all who ask, into a temporary file, so that neither many readers nor slow ones cost more than one.
 */
export const evidenceResource: Resource = (server, context) => {
  const { service, weigh, heavy, clientOf, closing } = context;
  const bundles = createEvidenceBundles();
  closing.addEventListener('abort', () => bundles.close());

  server.get('/v1/paras/:id/evidence', async (request, reply) => {
    const paraId = paraIdOf(request.params);
    weigh(request, 1000);
    const { size, lines } = await heavy.run({ client: clientOf(request) }, async () =>
      bundles.take(paraId, await service.evidence(paraId)),
    );
    whenOver(request.raw, reply.raw, () => lines.destroy());
    return reply
      .type('application/x-ndjson')
      .header('content-disposition', `attachment; filename="evidence-${paraId}.jsonl"`)
      .header('content-length', size)
      .send(lines);
  });
};
