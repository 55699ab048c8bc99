import { z } from 'zod';
import { accountText, paraIdOf, parseInput } from './input.ts';
import type { Resource } from './resource.ts';

const paramsSchema = z.object({ account: accountText });

/** Proof of one account's power at the anchor: `/v1/paras/:id/accounts/:account/proof`. */
export const accountProofResource: Resource = (server, { service }) => {
  server.get('/v1/paras/:id/accounts/:account/proof', async ({ params }) => {
    const { account } = parseInput(paramsSchema, params, 'path');
    return service.accountProof(paraIdOf(params), account);
  });
};
