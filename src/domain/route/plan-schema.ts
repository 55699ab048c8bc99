import { z } from 'zod';
import { account, address, amountText, block, count, hash, paraId } from '../records/fields.ts';
import { type RecordSchema, record } from '../records/record.ts';
import {
  type ChainFact,
  ROUTE_NAMES,
  type RouteAssessment,
  type RoutePlan,
  type RouteStep,
  STEP_IDS,
} from './route.ts';

/** What the types of route.ts look like in JSON: as answers of a service show them. */

const chainFact: RecordSchema<ChainFact> = record(({ object }) =>
  z.discriminatedUnion('kind', [
    object({ kind: z.literal('registrar-manager-is'), account }),
    object({ kind: z.literal('registrar-unlocked') }),
    object({ kind: z.literal('registrar-locked') }),
    object({ kind: z.literal('no-upgrade-pending') }),
    object({ kind: z.literal('upgrade-allowed') }),
    object({ kind: z.literal('head-is'), hash }),
    object({ kind: z.literal('contract-opted-in'), contract: address, policy: hash }),
    object({ kind: z.literal('contract-decided'), contract: address, codeHash: hash }),
    object({ kind: z.literal('funds-at-least'), account, amount: amountText }),
    object({ kind: z.literal('no-approval-pending'), multisig: account, callHash: hash }),
    object({ kind: z.literal('approval-pending'), multisig: account, callHash: hash }),
    object({ kind: z.literal('code-scheduled-or-current'), codeHash: hash }),
    object({ kind: z.literal('code-is'), codeHash: hash }),
    object({ kind: z.literal('heads-after'), head: block, count }),
  ]),
);

const routeStep: RecordSchema<RouteStep> = record(({ object, of }) =>
  object({
    id: z.enum(STEP_IDS),
    title: z.string(),
    before: z.array(of(chainFact)),
    after: z.array(of(chainFact)),
    call: object({ method: z.string(), signer: account.or(z.enum(['watcher', 'anybody'])) }).nullable(),
    expectedBlocks: count.nullable(),
  }),
);

const routePlan: RecordSchema<RoutePlan> = record(({ object, of }) =>
  object({
    route: z.enum(ROUTE_NAMES),
    paraId,
    codeHash: hash,
    steps: z.array(of(routeStep)),
    costs: z.array(object({ account, amount: amountText, what: z.string() })),
  }),
);

export const routeAssessment: RecordSchema<RouteAssessment> = record(({ object, of }) =>
  z.discriminatedUnion('possible', [
    object({ possible: z.literal(true), plan: of(routePlan) }),
    object({ possible: z.literal(false), route: z.enum(ROUTE_NAMES), reasons: z.array(z.string()) }),
  ]),
);
