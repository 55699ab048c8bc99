import type { ReadinessStore } from '../domain/ports/readiness.ts';
import { readinessChecks } from '../domain/views/readiness.ts';
import type { Database } from './database.ts';
import { readinessKey } from './keys.ts';

export function createReadinessStore(database: Database): ReadinessStore {
  return {
    load: async (paraId) => (await database.read(readinessKey(paraId), readinessChecks))?.checks ?? [],
    save: (paraId, checks) =>
      database.exclusively(() => database.write([{ key: readinessKey(paraId), value: { checks } }])),
  };
}
