import type { Alert } from '../domain/alerts/alert.ts';
import type { Alerts } from '../domain/ports/alerts.ts';
import { alert, alertsRead } from '../domain/records/alert.ts';
import type { Database } from './database.ts';
import { ALERTS_READ_KEY, alertKey, allOf } from './keys.ts';
import { unlessDamaged } from './unless-damaged.ts';

export function createAlerts(database: Database): Alerts {
  return {
    load: async () => {
      const alerts: Alert[] = [];
      for (const key of await database.keys(allOf('alert'))) {
        // What lasts is raised again.
        const found = await database.read(key, alert).catch(unlessDamaged);
        if (found !== null) alerts.push(found);
      }
      const read = await database.read(ALERTS_READ_KEY, alertsRead).catch(unlessDamaged);
      return { alerts, lastEvent: read?.lastEvent ?? null };
    },
    save: ({ changed, gone, lastEvent }) =>
      database.exclusively(() =>
        database.write([
          ...changed.map((one) => ({ key: alertKey(one.key), value: one })),
          ...gone.map((key) => ({ key: alertKey(key), value: null })),
          { key: ALERTS_READ_KEY, value: { lastEvent } },
        ]),
      ),
  };
}
