import { z } from 'zod';
import { hash } from '../domain/records/fields.ts';
import { paraIdOf, parseInput, wholeNumber } from './input.ts';
import type { Resource } from './resource.ts';

/** What the plan is for: nothing, or a code by what its file says of itself. */
const planQuery = z.union([
  z.strictObject({}),
  z.strictObject({
    codeHash: hash,
    codeSize: wholeNumber.refine((size) => size > 0, 'must be the number of its bytes'),
    specName: z.string().min(1).max(100),
    specVersion: wholeNumber.refine((version) => version <= 0xffff_ffff, 'must be below 2^32'),
  }),
]);

/** Every way back for a para: `/v1/paras/:id/plan`. The chains are looked at each time, which takes a while. */
export const planResource: Resource = (server, { service, weigh, heavy, clientOf, limits }) => {
  server.get('/v1/paras/:id/plan', async (request) => {
    const paraId = paraIdOf(request.params);
    const wanted = parseInput(planQuery, request.query, 'query');
    weigh(request, 4000);
    const code =
      'codeHash' in wanted
        ? {
            hash: wanted.codeHash,
            size: Math.min(wanted.codeSize, limits.maxCodeBytes),
            specName: wanted.specName,
            specVersion: wanted.specVersion,
          }
        : null;
    return heavy.run({ client: clientOf(request) }, () => service.plan(paraId, code));
  });
};
