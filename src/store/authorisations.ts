import type { Authorisations } from '../domain/ports/authorisations.ts';
import { authorisationTold } from '../domain/records/authorisation.ts';
import type { Database } from './database.ts';
import { authorisationKey } from './keys.ts';
import { unlessDamaged } from './unless-damaged.ts';

export function createAuthorisations(database: Database): Authorisations {
  return {
    load: async (paraId) => {
      const found = await database.read(authorisationKey(paraId), authorisationTold).catch(unlessDamaged);
      return found?.known ?? null;
    },
    save: (paraId, known) =>
      database.exclusively(() => database.write([{ key: authorisationKey(paraId), value: { known } }])),
  };
}
