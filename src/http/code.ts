import { z } from 'zod';
import { hash } from '../domain/records/fields.ts';
import { createEncodedAnswers } from './encoded-answers.ts';
import { parseInput } from './input.ts';
import type { Resource } from './resource.ts';

const paramsSchema = z.object({ hash });

/** Proposed code blobs by blake2-256 hash: `/v1/code/:hash`. A hash never changes its bytes, so they cache forever. */
export const codeResource: Resource = (server, { service, weigh, heavy, clientOf }) => {
  const blobs = createEncodedAnswers();
  server.get('/v1/code/:hash', async (request, reply) => {
    const { hash } = parseInput(paramsSchema, request.params, 'path');
    weigh(request, 400);
    const blob = await heavy.run({ client: clientOf(request) }, async () => {
      const known = blobs.find(hash);
      if (known) return known;
      const { buffer, byteOffset, length } = await service.code(hash);
      return blobs.keep(hash, Buffer.from(buffer, byteOffset, length));
    });
    return reply
      .type('application/octet-stream')
      .header('content-disposition', `attachment; filename="${hash}.wasm"`)
      .header('cache-control', 'public, max-age=31536000, immutable')
      .header('etag', `"${hash}"`)
      .send(blob);
  });
};
