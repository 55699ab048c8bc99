import { z } from 'zod';
import { paraIdOf, parseAccount, parseInput } from './input.js';
const paramsSchema = z.object({ account: z.string().max(100) });
/** Proof of one account's power at the anchor: `/v1/paras/:id/accounts/:account/proof`. */
export const accountProofResource = (server, { service }) => {
    server.get('/v1/paras/:id/accounts/:account/proof', async ({ params }) => {
        const { account } = parseInput(paramsSchema, params, 'path');
        return service.accountProof(paraIdOf(params), parseAccount(account));
    });
};
//# sourceMappingURL=account-proof.js.map