import { z } from 'zod';
import { paraIdOf, parseInput, wholeNumber } from './input.ts';
import type { Resource } from './resource.ts';

/** Most incidents in an answer: one of them can have two hundred kilobytes. */
const LARGEST_PAGE = 20;

const pageSchema = z.strictObject({
  /** Where the page before ended: its `next`. */
  before: wholeNumber.optional(),
  limit: wholeNumber
    .refine((limit) => limit >= 1 && limit <= LARGEST_PAGE, `must be 1 to ${LARGEST_PAGE}`)
    .optional(),
});
const incidentParams = z.object({ number: wholeNumber });

/** What stopped, since when, why, what was done: `/v1/incidents` of all paras, `/v1/paras/:id/incidents` of one. */
export const incidentsResource: Resource = (server, { service, weigh }) => {
  server.get('/v1/incidents', async (request) => {
    const wanted = parseInput(pageSchema, request.query, 'query');
    weigh(request, 50);
    return service.incidents({ limit: LARGEST_PAGE, ...wanted });
  });
  server.get('/v1/incidents/:number', async (request) => {
    weigh(request, 10);
    return service.incident(parseInput(incidentParams, request.params, 'path').number);
  });
  server.get('/v1/paras/:id/incidents', async (request) => {
    const paraId = paraIdOf(request.params);
    const wanted = parseInput(pageSchema, request.query, 'query');
    weigh(request, 50);
    return service.incidents({ limit: LARGEST_PAGE, ...wanted, paraId });
  });
};
