import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { HttpError } from './error-replies.ts';
import { isOfThisMachine } from './hosts.ts';
import { parseInput } from './input.ts';
import type { PageFile } from './page-files.ts';
import type { Resource } from './resource.ts';

const paramsSchema = z.object({ file: z.string().max(100) });

/** Nothing from elsewhere, nothing inline, nowhere to send a form, in nobody's frame. */
const policyOf = (scripts: string) =>
  [
    "default-src 'none'",
    `script-src ${scripts}`,
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
const POLICY = policyOf("'self'");
/** A worker has the rules of its own answer: only there proofs and signatures are checked, by WebAssembly. */
const WORKER_POLICY = policyOf("'self' 'wasm-unsafe-eval'");

/** The page for people: `/`, and the files that it names. */
export const pageResource: Resource = (server, { page, weigh }) => {
  const find = (path: string, request: FastifyRequest): PageFile => {
    if (page === null) throw notFound('this service serves no page: its operator switched it off');
    if (!page.public && !isOfThisMachine(request.headers.host))
      throw notFound('this service serves its page to its own machine only: http.page.public opens it');
    if (page.files === null) throw notFound('the page was not built with this service: npm run build');
    const file = page.files.get(path);
    if (!file) throw notFound('the page has no such file: load it anew');
    return file;
  };
  const give = (path: string, request: FastifyRequest, reply: FastifyReply) => {
    const { type, etag, hashed, bodies } = find(path, request);
    void reply.headers({
      'content-type': type,
      'content-security-policy': path.includes('worker') ? WORKER_POLICY : POLICY,
      'cache-control': hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      vary: 'accept-encoding',
      etag,
    });
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    const encoding = encodingFor(request.headers['accept-encoding'], bodies);
    if (encoding !== 'identity') void reply.header('content-encoding', encoding);
    const body = bodies[encoding] ?? Buffer.alloc(0);
    weigh(request, 1 + Math.floor(body.length / 2500));
    return reply.send(body);
  };
  server.get('/', async (request, reply) => give('/', request, reply));
  server.get('/assets/:file', async (request, reply) => {
    const { file } = parseInput(paramsSchema, request.params, 'path');
    return give(`/assets/${file}`, request, reply);
  });
};

/** The smallest body that the client takes. */
function encodingFor(
  accepted: string | string[] | undefined,
  bodies: PageFile['bodies'],
): keyof PageFile['bodies'] {
  const taken = String(accepted ?? '')
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter((part) => !/;\s*q=0(?:\.0*)?$/.test(part))
    .map((part) => part.split(';')[0]?.trim());
  if (bodies.br && taken.includes('br')) return 'br';
  return bodies.gzip && taken.includes('gzip') ? 'gzip' : 'identity';
}

function notFound(sentence: string): HttpError {
  return new HttpError(404, 'RESCUE_NOT_FOUND', sentence);
}
