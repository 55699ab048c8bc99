import { RescueError } from '../domain/errors.ts';
import type { Pages } from '../domain/ports/pages.ts';
import { validationPage } from '../domain/records/validation.ts';
import type { Database } from './database.ts';
import { pageKey, pagesOf } from './keys.ts';
import { unlessDamaged } from './unless-damaged.ts';

/** Validation pages by para and round. Nobody acts on them. */
export function createPages(database: Database): Pages {
  return {
    get: (paraId, roundId) => database.read(pageKey({ paraId, roundId }), validationPage),
    list: async (paraId) => {
      const keys = await database.keys(pagesOf(paraId));
      const found = await Promise.all(
        keys.map((key) => database.read(key, validationPage).catch(unlessDamaged)),
      );
      return found.filter((page) => page !== null);
    },
    put: (page) =>
      database.exclusively(async () => {
        const { paraId, decision } = page;
        if (decision === null) {
          throw new RescueError('RESCUE_INTERNAL', 'only pages of decisions are kept in the database');
        }
        await database.write([{ key: pageKey({ paraId, roundId: decision.roundId }), value: page }]);
      }),
  };
}
