import { Readable } from 'node:stream';
import { paraIdOf } from './input.ts';
import type { Resource } from './resource.ts';

/** The evidence bundle of the open or last round, one JSON object a line: `/v1/paras/:id/evidence`. */
export const evidenceResource: Resource = (server, { service }) => {
  server.get('/v1/paras/:id/evidence', async ({ params }, reply) => {
    const paraId = paraIdOf(params);
    const lines = (await service.evidence(paraId))[Symbol.asyncIterator]();
    // Everything is checked before the first line: an error until then still gets a proper answer.
    const first = await lines.next();
    return reply
      .type('application/x-ndjson')
      .header('content-disposition', `attachment; filename="evidence-${paraId}.jsonl"`)
      .send(Readable.from(beginning(first, lines)));
  });
};

async function* beginning(
  first: IteratorResult<string>,
  rest: AsyncIterator<string>,
): AsyncGenerator<string> {
  for (let next = first; !next.done; next = await rest.next()) yield next.value;
}
