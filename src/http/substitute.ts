import { toJson } from '../domain/json.ts';
import { createEncodedAnswers } from './encoded-answers.ts';
import { paraIdOf } from './input.ts';
import type { Resource } from './resource.ts';

/** What collators need once a code was approved: `/v1/paras/:id/substitute`. The code is megabytes of hex. */
export const substituteResource: Resource = (server, { service, weigh, heavy, clientOf }) => {
  const answers = createEncodedAnswers();
  server.get('/v1/paras/:id/substitute', async (request, reply) => {
    weigh(request, 400);
    const paraId = paraIdOf(request.params);
    const body = await heavy.run({ client: clientOf(request) }, async () => {
      const found = await service.substitute(paraId);
      const parts = [found.blockNumber, found.codeHash, found.text];
      return answers.find(`${paraId}`, parts) ?? answers.keep(`${paraId}`, Buffer.from(toJson(found)), parts);
    });
    return reply.type('application/json; charset=utf-8').send(body);
  });
};
