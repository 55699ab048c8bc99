import { z } from 'zod';
import { toJson } from '../domain/json.ts';
import { LARGEST_FLEET_PAGE } from '../domain/views/fleet.ts';
import { createEncodedAnswers } from './encoded-answers.ts';
import { paraId, parseInput, wholeNumber } from './input.ts';
import type { Resource } from './resource.ts';

const pageSchema = z.strictObject({
  /** Where the page before ended: its `next`. */
  after: paraId.optional(),
  limit: wholeNumber
    .refine((limit) => limit >= 1 && limit <= LARGEST_FLEET_PAGE, `must be 1 to ${LARGEST_FLEET_PAGE}`)
    .optional(),
  /** Only paras that are not well. */
  troubled: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
});

/** A page counts for so many reads. */
const WEIGHT = 50;

/** All paras that are watched, in short: `/v1/fleet`. */
export const fleetResource: Resource = (server, { service, weigh }) => {
  const answers = createEncodedAnswers();
  server.get('/v1/fleet', async (request, reply) => {
    const wanted = parseInput(pageSchema, request.query, 'query');
    weigh(request, WEIGHT);
    const page = service.fleet(wanted);
    const name = [wanted.after, wanted.limit, wanted.troubled].join(' ');
    const { rows, ...rest } = page;
    const parts = [...rows, JSON.stringify(rest)];
    const body = answers.find(name, parts) ?? answers.keep(name, Buffer.from(toJson(page)), parts);
    return reply.type('application/json; charset=utf-8').send(body);
  });
};
