import { toJson } from '../domain/json.ts';
import { checkBallotShape, checkEndorsementShape } from '../voting/ballots/ballot-shape.ts';
import { createEncodedAnswers } from './encoded-answers.ts';
import { paraIdOf, parseInput, requireSamePara } from './input.ts';
import { LARGEST_VOTES_PAGE, votesQuery } from './queries.ts';
import type { Resource } from './resource.ts';

/** An act with the signatures of a multisig's hundred signatories. */
const LARGEST_BODY = 48 * 1024;

/** Votes and endorsements of the open round, and what they add up to: `/v1/paras/:id/{votes,endorsements,tally}`. */
export const votesResource: Resource = (server, { service, throttle, weigh, clientOf }) => {
  const answers = createEncodedAnswers();
  server.get('/v1/paras/:id/votes', async (request, reply) => {
    const paraId = paraIdOf(request.params);
    const wanted = parseInput(votesQuery, request.query, 'query');
    weigh(request, 200);
    const { votes, next } = await service.votes(paraId, { limit: LARGEST_VOTES_PAGE, ...wanted });
    const name = [paraId, wanted.since, wanted.after, wanted.limit].join(' ');
    const parts = [...votes, next];
    const body =
      answers.find(name, parts) ??
      answers.keep(name, Buffer.from(toJson(next === null ? { votes } : { votes, next })), parts);
    return reply.type('application/json; charset=utf-8').send(body);
  });
  server.get('/v1/paras/:id/tally', async ({ params }) => service.tally(paraIdOf(params)));
  const options = { bodyLimit: LARGEST_BODY, onRequest: throttle };
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
