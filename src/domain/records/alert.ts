import { z } from 'zod';
import type { Alert } from '../alerts/alert.ts';
import { ALERT_NAMES } from '../alerts/catalogue.ts';
import { count, epochMs, paraId } from './fields.ts';
import { type RecordSchema, record } from './record.ts';

export const alert: RecordSchema<Alert> = record(({ object }) =>
  object({
    key: z.string(),
    name: z.enum(ALERT_NAMES),
    severity: z.enum(['warning', 'critical']),
    paraId: paraId.nullable(),
    paraName: z.string().nullable(),
    incident: count.nullable(),
    summary: z.string(),
    since: epochMs,
    seen: epochMs,
    goneSince: epochMs.nullable(),
    resolvedAt: epochMs.nullable(),
    told: z.array(object({ hook: z.string(), id: z.string() })),
  }),
);

export interface AlertsRead {
  /** Id of the newest event that alerts were made of. */
  readonly lastEvent: number;
}

export const alertsRead: RecordSchema<AlertsRead> = record(({ object }) => object({ lastEvent: count }));
