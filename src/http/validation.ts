import type { FastifyRequest } from 'fastify';
import { differencesOf } from '../domain/validation/differences.ts';
import { pageText } from '../domain/validation/page-text.ts';
import { paraIdOf, parseInput } from './input.ts';
import { validationQuery } from './queries.ts';
import type { Resource } from './resource.ts';

/** What a decision was to do and did: `/v1/paras/:id/validation` as JSON, `/v1/paras/:id/validation.md` for people. */
export const validationResource: Resource = (server, { service, weigh }) => {
  const pageOf = (request: FastifyRequest) => {
    const { round } = parseInput(validationQuery, request.query, 'query');
    weigh(request, 50);
    return service.page(paraIdOf(request.params), round);
  };
  server.get('/v1/paras/:id/validation', async (request) => {
    const page = await pageOf(request);
    return { ...page, differences: differencesOf(page) };
  });
  server.get('/v1/paras/:id/validation.md', async (request, reply) =>
    reply.type('text/markdown; charset=utf-8').send(pageText(await pageOf(request))),
  );
};
