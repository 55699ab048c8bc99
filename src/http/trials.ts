import { z } from 'zod';
import { hash } from '../domain/records/fields.ts';
import { accountInPath, paraIdOf, parseInput } from './input.ts';
import type { Resource } from './resource.ts';

const trialParams = z.object({ hash });
const accountParams = z.object({ hash, account: accountInPath });

/** What came of trying a proposal, and what that did to one account: below `/v1/paras/:id/proposals/:hash`. */
export const trialsResource: Resource = (server, { service, weigh, heavy, clientOf }) => {
  server.get('/v1/paras/:id/proposals/:hash/trial', async (request) => {
    const proposal = parseInput(trialParams, request.params, 'path').hash;
    weigh(request, 100);
    return service.trial(paraIdOf(request.params), proposal);
  });
  server.get('/v1/paras/:id/proposals/:hash/accounts/:account', async (request) => {
    const { hash: proposal, account } = parseInput(accountParams, request.params, 'path');
    const paraId = paraIdOf(request.params);
    weigh(request, 400);
    return heavy.run({ client: clientOf(request) }, () => service.accountTrial(paraId, proposal, account));
  });
};
