import { z } from 'zod';
import { toJson } from '../domain/json.ts';
import { checkBallotShape, checkEndorsementShape } from '../voting/ballots/ballot-shape.ts';
import { createEncodedAnswers } from './encoded-answers.ts';
import { paraIdOf, parseInput, requireSamePara, wholeNumber } from './input.ts';
import type { Resource } from './resource.ts';

/** Most votes in an answer, and how many it has when nobody asks for fewer: half a megabyte. */
const LARGEST_PAGE = 1000;

const pageSchema = z.strictObject({
  /** Relay block from which on votes were admitted. */
  since: wholeNumber.optional(),
  /** Where the page before ended: its `next`. */
  after: z
    .string()
    .regex(/^\d{1,16}-0x(?:[0-9a-f]{64}|[0-9a-f]{40})$/, 'must be the "next" of an earlier answer')
    .optional(),
  limit: wholeNumber
    .refine((limit) => limit >= 1 && limit <= LARGEST_PAGE, `must be 1 to ${LARGEST_PAGE}`)
    .optional(),
});

/** Votes and endorsements of the open round, and what they add up to: `/v1/paras/:id/{votes,endorsements,tally}`. */
export const votesResource: Resource = (server, { service, throttle, weigh, clientOf }) => {
  const answers = createEncodedAnswers();
  server.get('/v1/paras/:id/votes', async (request, reply) => {
    const paraId = paraIdOf(request.params);
    const wanted = parseInput(pageSchema, request.query, 'query');
    weigh(request, 200);
    const { votes, next } = await service.votes(paraId, { limit: LARGEST_PAGE, ...wanted });
    const name = [paraId, wanted.since, wanted.after, wanted.limit].join(' ');
    const parts = [...votes, next];
    const body =
      answers.find(name, parts) ??
      answers.keep(name, Buffer.from(toJson(next === null ? { votes } : { votes, next })), parts);
    return reply.type('application/json; charset=utf-8').send(body);
  });
  server.get('/v1/paras/:id/tally', async ({ params }) => service.tally(paraIdOf(params)));
  const options = { bodyLimit: 4 * 1024, onRequest: throttle };
  server.get('/v1/paras/:id/endorsements', async ({ params }) => ({
    endorsements: await service.endorsements(paraIdOf(params)),
  }));
  server.post('/v1/paras/:id/endorsements', options, async (request, reply) => {
    const paraId = paraIdOf(request.params);
    const endorsement = checkEndorsementShape(request.body);
    requireSamePara(paraId, endorsement.paraId);
    return reply.code(201).send(await service.endorse(endorsement, clientOf(request)));
  });
  server.post('/v1/paras/:id/votes', options, async (request, reply) => {
    const paraId = paraIdOf(request.params);
    const ballot = checkBallotShape(request.body);
    requireSamePara(paraId, ballot.paraId);
    return reply.code(201).send(await service.vote(ballot, clientOf(request)));
  });
};
