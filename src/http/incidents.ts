import { z } from 'zod';
import { paraIdOf, parseInput, wholeNumber } from './input.ts';
import { incidentsQuery, LARGEST_INCIDENTS_PAGE } from './queries.ts';
import type { Resource } from './resource.ts';

const incidentParams = z.object({ number: wholeNumber });

/** What stopped, since when, why, what was done: `/v1/incidents` of all paras, `/v1/paras/:id/incidents` of one. */
export const incidentsResource: Resource = (server, { service, weigh }) => {
  server.get('/v1/incidents', async (request) => {
    const wanted = parseInput(incidentsQuery, request.query, 'query');
    weigh(request, 50);
    return service.incidents({ limit: LARGEST_INCIDENTS_PAGE, ...wanted });
  });
  server.get('/v1/incidents/:number', async (request) => {
    weigh(request, 10);
    return service.incident(parseInput(incidentParams, request.params, 'path').number);
  });
  server.get('/v1/paras/:id/incidents', async (request) => {
    const paraId = paraIdOf(request.params);
    const wanted = parseInput(incidentsQuery, request.query, 'query');
    weigh(request, 50);
    return service.incidents({ limit: LARGEST_INCIDENTS_PAGE, ...wanted, paraId });
  });
};
