import { z } from 'zod';
import { hash } from '../domain/records/fields.ts';
import { parseInput } from './input.ts';
import type { Resource } from './resource.ts';

const paramsSchema = z.object({ hash });

/** Proposed code blobs by blake2-256 hash: `/v1/code/:hash`. A hash never changes its bytes, so they cache forever. */
export const codeResource: Resource = (server, { service }) => {
  server.get('/v1/code/:hash', async ({ params }, reply) => {
    const { hash } = parseInput(paramsSchema, params, 'path');
    const code = await service.code(hash);
    return reply
      .type('application/octet-stream')
      .header('content-disposition', `attachment; filename="${hash}.wasm"`)
      .header('cache-control', 'public, max-age=31536000, immutable')
      .header('etag', `"${hash}"`)
      .send(Buffer.from(code.buffer, code.byteOffset, code.byteLength));
  });
};
