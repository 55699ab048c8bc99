import { paraIdOf, parseInput } from './input.ts';
import { planQuery } from './queries.ts';
import type { Resource } from './resource.ts';

/** Every way back for a para: `/v1/paras/:id/plan`. The chains are looked at each time, which takes a while. */
export const planResource: Resource = (server, { service, weigh, heavy, clientOf, limits }) => {
  server.get('/v1/paras/:id/plan', async (request) => {
    const paraId = paraIdOf(request.params);
    const wanted = parseInput(planQuery, request.query, 'query');
    weigh(request, 4000);
    const code =
      'codeHash' in wanted
        ? {
            hash: wanted.codeHash,
            size: Math.min(wanted.codeSize, limits.maxCodeBytes),
            specName: wanted.specName,
            specVersion: wanted.specVersion,
          }
        : null;
    return heavy.run({ client: clientOf(request) }, () => service.plan(paraId, code));
  });
};
