import { z } from 'zod';
import { SEVERITIES } from '../events/kind.ts';
import { type ServiceEvent, severityOf } from '../events.ts';
import { block, count, epochMs, paraId } from './fields.ts';
import { type RecordSchema, record } from './record.ts';

export const serviceEvent: RecordSchema<ServiceEvent> = record(({ object, ifKnown }) =>
  object({
    id: count,
    at: epochMs,
    paraId: paraId.nullable(),
    relayBlock: block.nullable(),
    type: z.string(),
    severity: ifKnown(z.enum(SEVERITIES)),
    message: z.string(),
    data: z.record(z.string(), z.unknown()),
  }).transform((event) => ({ ...event, severity: event.severity ?? severityOf(event) })),
);
