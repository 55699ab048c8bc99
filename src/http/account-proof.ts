import { z } from 'zod';
import { accountInPath, paraIdOf, parseInput } from './input.ts';
import type { Resource } from './resource.ts';

const paramsSchema = z.object({ account: accountInPath });

/** Proof of one account's power at the anchor: `/v1/paras/:id/accounts/:account/proof`. */
export const accountProofResource: Resource = (server, { service, weigh, heavy, clientOf }) => {
  server.get('/v1/paras/:id/accounts/:account/proof', async (request) => {
    const { account } = parseInput(paramsSchema, request.params, 'path');
    const paraId = paraIdOf(request.params);
    weigh(request, 400);
    return heavy.run({ client: clientOf(request) }, () => service.accountProof(paraId, account));
  });
};
