import { toJson } from '../domain/json.ts';
import { createEncodedAnswers } from './encoded-answers.ts';
import { parseInput } from './input.ts';
import { fleetQuery } from './queries.ts';
import type { Resource } from './resource.ts';

/** A page counts for so many reads. */
const WEIGHT = 50;

/** All paras that are watched, in short: `/v1/fleet`. */
export const fleetResource: Resource = (server, { service, weigh }) => {
  const answers = createEncodedAnswers();
  server.get('/v1/fleet', async (request, reply) => {
    const wanted = parseInput(fleetQuery, request.query, 'query');
    weigh(request, WEIGHT);
    const page = service.fleet(wanted);
    const name = [wanted.after, wanted.limit, wanted.troubled].join(' ');
    const { rows, ...rest } = page;
    const parts = [...rows, JSON.stringify(rest)];
    const body = answers.find(name, parts) ?? answers.keep(name, Buffer.from(toJson(page)), parts);
    return reply.type('application/json; charset=utf-8').send(body);
  });
};
