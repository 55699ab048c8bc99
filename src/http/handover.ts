import { toJson } from '../domain/json.ts';
import { createEncodedAnswers } from './encoded-answers.ts';
import { paraIdOf } from './input.ts';
import type { Resource } from './resource.ts';

/** The call that somebody outside has to sign: `/v1/paras/:id/handover`. With code it is megabytes of hex. */
export const handoverResource: Resource = (server, { service, weigh, heavy, clientOf }) => {
  const answers = createEncodedAnswers();
  server.get('/v1/paras/:id/handover', async (request, reply) => {
    weigh(request, 400);
    const paraId = paraIdOf(request.params);
    const body = await heavy.run({ client: clientOf(request) }, async () => {
      const found = await service.handover(paraId);
      const people = found.commands.map(({ by, command }) => `${by} ${command}`).join();
      const parts = [found.callHash, found.title, found.multisig?.approvals.join() ?? '', people];
      return answers.find(`${paraId}`, parts) ?? answers.keep(`${paraId}`, Buffer.from(toJson(found)), parts);
    });
    return reply.type('application/json; charset=utf-8').send(body);
  });
};
