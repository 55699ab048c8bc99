import type { Incident } from '../domain/incidents/incident.ts';
import type { Incidents } from '../domain/ports/incidents.ts';
import { incident as incidentRecord } from '../domain/records/incident.ts';
import type { Database } from './database.ts';
import { allOf, incidentKey, incidentNumberOf, incidentsOf, type Key } from './keys.ts';
import { unlessDamaged } from './unless-damaged.ts';

const PAGE = 20;

/** Incidents by para and number. Numbers are given by one counter for all paras: the highest there is. */
export function createIncidents(database: Database): Incidents {
  /** Keys of all incidents, or of those of one para, newest first: there are few, and their numbers are in them. */
  const keysOf = async (paraId?: number): Promise<Key[]> => {
    const keys = await database.keys(paraId === undefined ? allOf('incident') : incidentsOf(paraId));
    return keys.sort((a, b) => incidentNumberOf(b) - incidentNumberOf(a));
  };
  const read = async (keys: readonly Key[]): Promise<Incident[]> => {
    const found = await Promise.all(
      keys.map((key) => database.read(key, incidentRecord).catch(unlessDamaged)),
    );
    return found.filter((one) => one !== null);
  };
  const write = (incident: Incident): Promise<void> =>
    database.write([{ key: incidentKey(incident.paraId, incident.number), value: incident }]);

  return {
    last: async (paraId) => {
      const key = await database.lastKey(incidentsOf(paraId));
      return key && database.read(key, incidentRecord);
    },
    begin: (begun) =>
      database.exclusively(async () => {
        const [newest] = await keysOf();
        const incident = { ...begun, number: newest === undefined ? 1 : incidentNumberOf(newest) + 1 };
        await write(incident);
        return incident;
      }),
    put: (incident) => database.exclusively(() => write(incident)),
    get: async (number) => {
      const key = (await keysOf()).find((one) => incidentNumberOf(one) === number);
      return key ? database.read(key, incidentRecord) : null;
    },
    page: async ({ paraId, before = Number.POSITIVE_INFINITY, limit = PAGE }) => {
      const older = (await keysOf(paraId)).filter((key) => incidentNumberOf(key) < before);
      const shown = older.slice(0, limit);
      const last = shown.at(-1);
      return {
        incidents: await read(shown),
        next: older.length > shown.length && last ? incidentNumberOf(last) : null,
      };
    },
  };
}
