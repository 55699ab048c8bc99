import { z } from 'zod';
import { CHECKS, type Finding, REMEDIES, RESULTS } from '../readiness/finding.ts';
import { account, address, amountText, block, bytes, count, hash, paraId, u32 } from '../records/fields.ts';
import { type Parts, type RecordSchema, record } from '../records/record.ts';
import {
  type BareCall,
  type FactLine,
  OPTION_RESULTS,
  type OptionCost,
  type OptionStep,
  PLAN_RESULTS,
  type PlannedCall,
  type PlannedCode,
  type RescuePlan,
  type RouteOption,
  WAYS,
} from '../route/option.ts';
import { ROUTE_NAMES } from '../route/route.ts';

/** A plan as a service answers it. */

const finding: RecordSchema<Finding> = record(({ object }) =>
  object({
    check: z.enum(CHECKS),
    result: z.enum(RESULTS),
    sentence: z.string(),
    fix: z.string().nullable(),
    remedy: z.enum(REMEDIES).nullable(),
  }),
);

const bareMembers = ({ object }: Pick<Parts, 'object'>) => ({
  method: z.string(),
  args: z.array(object({ name: z.string(), value: z.string() })),
  hash: hash.nullable(),
  length: count.nullable(),
  data: bytes.nullable(),
  around: object({ head: bytes, codeHash: hash, tail: bytes }).nullable(),
  note: z.string().nullable(),
});

const bareCall: RecordSchema<BareCall> = record(({ object }) => object(bareMembers({ object })));

const plannedCall: RecordSchema<PlannedCall> = record(({ object, of }) =>
  object({
    ...bareMembers({ object }),
    inside: z.array(of(bareCall)).exactOptional(),
    aroundHash: object({ head: bytes, tail: bytes }).exactOptional(),
  }),
);

const factLine: RecordSchema<FactLine> = record(({ object }) =>
  object({ text: z.string(), holds: z.boolean().nullable() }),
);

const optionStep: RecordSchema<OptionStep> = record(({ object, of }) =>
  object({
    title: z.string(),
    chain: z.string(),
    origin: z.string().nullable(),
    signer: account.or(z.enum(['watcher', 'operator', 'signatory', 'anybody'])).nullable(),
    call: of(plannedCall).nullable(),
    before: z.array(of(factLine)),
    after: z.array(of(factLine)),
    expectedBlocks: count.nullable(),
  }),
);

const optionCost: RecordSchema<OptionCost> = record(({ object }) =>
  object({
    what: z.string(),
    kind: z.enum(['fee', 'deposit', 'burned']),
    amount: amountText.nullable(),
    text: z.string(),
    account: account.or(address).nullable(),
  }),
);

const routeOption: RecordSchema<RouteOption> = record(({ object, of }) =>
  object({
    way: z.enum(WAYS),
    route: z.enum(ROUTE_NAMES),
    result: z.enum(OPTION_RESULTS),
    summary: z.string(),
    reasons: z.array(z.string()),
    helps: z.array(z.string()),
    findings: z.array(of(finding)),
    steps: z.array(of(optionStep)),
    expectedBlocks: count.nullable(),
    waitsFor: z.string().nullable(),
    costs: z.array(of(optionCost)),
    dependsOn: z.array(z.string()),
    risks: z.array(z.string()),
  }),
);

const plannedCode: RecordSchema<PlannedCode> = record(({ object }) =>
  object({ hash, size: count, specName: z.string().max(100), specVersion: u32 }),
);

export const rescuePlan: RecordSchema<RescuePlan> = record(({ object, of }) =>
  object({
    paraId,
    relay: object({ number: block, hash }),
    token: object({ symbol: z.string(), decimals: count }),
    head: object({ hash, number: block, stateRoot: hash }).nullable(),
    currentCodeHash: hash.nullable(),
    label: object({ specName: z.string(), specVersion: u32 }).nullable(),
    code: of(plannedCode).nullable(),
    codeMust: z.array(z.string()),
    guards: z.array(of(finding)),
    options: z.array(of(routeOption)),
    result: z.enum(PLAN_RESULTS),
  }),
);
