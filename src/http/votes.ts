import { z } from 'zod';
import { checkBallotShape, checkEndorsementShape } from '../voting/ballots/ballot-shape.ts';
import { paraIdOf, parseInput, requireSamePara, wholeNumber } from './input.ts';
import type { Resource } from './resource.ts';

/** Relay block from which on votes were admitted. */
const sinceSchema = z.strictObject({ since: wholeNumber.optional() });

/** Votes and endorsements of the open round, and what they add up to: `/v1/paras/:id/{votes,endorsements,tally}`. */
export const votesResource: Resource = (server, { service, throttle }) => {
  server.get('/v1/paras/:id/votes', async ({ params, query }) => {
    const { since = 0 } = parseInput(sinceSchema, query, 'query');
    const votes = await service.votes(paraIdOf(params));
    return { votes: votes.filter(({ admittedAt }) => admittedAt >= since) };
  });
  server.get('/v1/paras/:id/tally', async ({ params }) => service.tally(paraIdOf(params)));
  const options = {
    bodyLimit: 16 * 1024,
    onRequest: async (request: Parameters<typeof throttle>[0]) => throttle(request),
  };
  server.get('/v1/paras/:id/endorsements', async ({ params }) => ({
    endorsements: await service.endorsements(paraIdOf(params)),
  }));
  server.post('/v1/paras/:id/endorsements', options, async ({ params, body, ip }, reply) => {
    const paraId = paraIdOf(params);
    const endorsement = checkEndorsementShape(body);
    requireSamePara(paraId, endorsement.paraId);
    return reply.code(201).send(await service.endorse(endorsement, ip));
  });
  server.post('/v1/paras/:id/votes', options, async ({ params, body, ip }, reply) => {
    const paraId = paraIdOf(params);
    const ballot = checkBallotShape(body);
    requireSamePara(paraId, ballot.paraId);
    return reply.code(201).send(await service.vote(ballot, ip));
  });
};
