import type { ReadinessStore } from '../domain/ports/readiness.ts';
import { readinessChecks } from '../domain/views/readiness.ts';
import type { Database } from './database.ts';
import { readinessKey } from './keys.ts';
import { unlessDamaged } from './unless-damaged.ts';

export function createReadinessStore(database: Database): ReadinessStore {
  return {
    load: async (paraId) => {
      const found = await database.read(readinessKey(paraId), readinessChecks).catch(unlessDamaged);
      return found?.checks ?? [];
    },
    save: (paraId, checks) =>
      database.exclusively(() => database.write([{ key: readinessKey(paraId), value: { checks } }])),
  };
}
