import { z } from 'zod';
import { CHECKS, REMEDIES, RESULTS } from '../readiness/finding.ts';
import { type Check, READINESS, type Readiness } from '../readiness/readiness.ts';
import { block } from '../records/fields.ts';
import { type RecordSchema, record } from '../records/record.ts';
import { ROUTE_NAMES } from '../route/route.ts';

export const readinessCheck: RecordSchema<Check> = record(({ object }) =>
  object({
    check: z.enum(CHECKS),
    result: z.enum(RESULTS),
    sentence: z.string(),
    fix: z.string().nullable(),
    remedy: z.enum(REMEDIES).nullable(),
    routes: z.array(z.enum(ROUTE_NAMES)).nullable(),
    since: block,
    at: block,
  }),
);

export const readinessChecks: RecordSchema<{ readonly checks: readonly Check[] }> = record(({ object, of }) =>
  object({ checks: z.array(of(readinessCheck)) }),
);

export const readinessRecord: RecordSchema<Readiness> = record(({ object, of }) =>
  object({
    result: z.enum(READINESS),
    routes: z.array(
      object({
        route: z.enum(ROUTE_NAMES),
        result: z.enum(['ready', 'not-ready', 'unknown']),
        reasons: z.array(z.string()),
      }),
    ),
    impossible: z.string().nullable(),
    checks: z.array(of(readinessCheck)),
  }),
);
