import { Readable } from 'node:stream';
import { z } from 'zod';
import { paraIdOf, parseInput } from './input.ts';
import type { Resource } from './resource.ts';

/** Left out, or without members: what was decided goes on. */
export const retryBody = z.strictObject({ newRound: z.boolean().default(false) });

/** What the operator does: `/v1/paras/:id/retry` and `/v1/store/…`. */
export const operationsResource: Resource = (server, context) => {
  const { service, requireOperator } = context;
  const options = {
    bodyLimit: 1024,
    onRequest: async (request: Parameters<typeof requireOperator>[0]) => requireOperator(request),
  };
  server.post('/v1/paras/:id/retry', options, async ({ params, body }) => {
    const { newRound } = parseInput(retryBody, body ?? {}, 'body');
    await service.retry(paraIdOf(params), { newRound });
    return { ok: true };
  });
  server.post('/v1/store/check', options, async () => service.checkStore());
  server.post('/v1/store/backup', options, async (_request, reply) =>
    reply
      .type('application/octet-stream')
      .header('content-disposition', 'attachment; filename="pararescue.backup"')
      .send(Readable.from(service.backupStore())),
  );
};
