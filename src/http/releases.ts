import { checkReleaseShape } from '../voting/ballots/ballot-shape.ts';
import { paraIdOf, requireSamePara } from './input.ts';
import type { Resource } from './resource.ts';

/** Who has released the approved decision, and who is still to: `/v1/paras/:id/releases`. */
export const releasesResource: Resource = (server, { service, throttle, clientOf }) => {
  server.get('/v1/paras/:id/releases', async ({ params }) => ({
    release: await service.releases(paraIdOf(params)),
  }));
  server.post(
    '/v1/paras/:id/releases',
    { bodyLimit: 4 * 1024, onRequest: throttle },
    async (request, reply) => {
      const paraId = paraIdOf(request.params);
      const release = checkReleaseShape(request.body);
      requireSamePara(paraId, release.paraId);
      return reply.code(201).send(await service.release(release, clientOf(request)));
    },
  );
};
