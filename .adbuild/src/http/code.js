import { z } from 'zod';
import { hexOf, parseInput } from './input.js';
const paramsSchema = z.object({ hash: hexOf(32) });
/** Proposed code blobs by blake2-256 hash: `/v1/code/:hash`. A hash never changes its bytes, so they cache forever. */
export const codeResource = (server, { service }) => {
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
//# sourceMappingURL=code.js.map