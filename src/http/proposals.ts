import { fromHex } from '../bytes/hex.ts';
import { proposalBody } from '../domain/views/voting.ts';
import { HttpError } from './error-replies.ts';
import { paraIdOf, parseInput } from './input.ts';
import type { Resource } from './resource.ts';

/** Room for everything in the body but the code. */
const REST_OF_BODY = 128 * 1024;

/** Proposals of the open round: `/v1/paras/:id/proposals`. The code comes as hex in the JSON body. */
export const proposalsResource: Resource = (server, { service, limits, throttle }) => {
  server.get('/v1/paras/:id/proposals', async ({ params }) => ({
    proposals: await service.proposals(paraIdOf(params)),
  }));
  const options = {
    bodyLimit: 2 * limits.maxCodeBytes + REST_OF_BODY,
    onRequest: async (request: Parameters<typeof throttle>[0]) => throttle(request),
  };
  server.post('/v1/paras/:id/proposals', options, async ({ params, body }, reply) => {
    const paraId = paraIdOf(params);
    const { code, ...input } = parseInput(proposalBody.strict, body, 'body');
    const bytes = fromHex(code);
    if (bytes.length > limits.maxCodeBytes) {
      throw new HttpError(
        413,
        'RESCUE_REQUEST_INVALID',
        `the code has ${bytes.length} bytes, this service takes at most ${limits.maxCodeBytes}`,
      );
    }
    const proposal = await service.propose({ ...input, paraId, code: bytes });
    return reply.code(201).send(proposal);
  });
};
