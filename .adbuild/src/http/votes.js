import { checkBallotShape } from '../voting/ballot-shape.js';
import { paraIdOf, requireSamePara } from './input.js';
/** Votes of the open round and what they add up to: `/v1/paras/:id/votes`, `/v1/paras/:id/tally`. */
export const votesResource = (server, { service, throttle }) => {
    server.get('/v1/paras/:id/votes', async ({ params }) => ({ votes: await service.votes(paraIdOf(params)) }));
    server.get('/v1/paras/:id/tally', async ({ params }) => service.tally(paraIdOf(params)));
    const options = {
        bodyLimit: 16 * 1024,
        onRequest: async (request) => throttle(request),
    };
    server.post('/v1/paras/:id/votes', options, async ({ params, body }, reply) => {
        const paraId = paraIdOf(params);
        const ballot = checkBallotShape(body);
        requireSamePara(paraId, ballot.paraId);
        return reply.code(201).send(await service.vote(ballot));
    });
};
//# sourceMappingURL=votes.js.map