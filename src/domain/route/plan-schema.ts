import { z } from 'zod';
import { account, address, amountText, block, bytes, count, hash, paraId } from '../records/fields.ts';
import { type RecordSchema, record } from '../records/record.ts';
import type { ChainFact, PlainFact } from './facts.ts';
import { ROUTE_NAMES, type RouteAssessment, type RoutePlan, type RouteStep, STEP_IDS } from './route.ts';

/** What the types of route.ts look like in JSON: as answers of a service show them. */

const plainFact: RecordSchema<PlainFact> = record(({ object }) =>
  z.discriminatedUnion('kind', [
    object({ kind: z.literal('registrar-manager-is'), account }),
    object({ kind: z.literal('registrar-unlocked') }),
    object({ kind: z.literal('registrar-locked') }),
    object({ kind: z.literal('no-upgrade-pending') }),
    object({ kind: z.literal('upgrade-allowed') }),
    object({ kind: z.literal('head-is'), hash }),
    object({ kind: z.literal('head-data-is'), data: bytes }),
    object({ kind: z.literal('code-is-other-than'), codeHash: hash }),
    object({ kind: z.literal('code-scheduled-or-current'), codeHash: hash }),
    object({ kind: z.literal('code-is'), codeHash: hash }),
    object({ kind: z.literal('heads-after'), head: block, count }),
    object({ kind: z.literal('code-authorised'), codeHash: hash }),
    object({ kind: z.literal('no-other-upgrade-pending'), codeHash: hash }),
    object({ kind: z.literal('code-size-allowed'), bytes: count }),
    object({ kind: z.literal('head-size-allowed'), bytes: count }),
    object({ kind: z.literal('switches-without-head') }),
    object({ kind: z.literal('registrar-takes-code') }),
    object({ kind: z.literal('contract-opted-in'), contract: address, policy: hash }),
    object({ kind: z.literal('contract-epoch-is'), contract: address, epoch: amountText }),
    object({ kind: z.literal('contract-decided'), contract: address, codeHash: hash }),
    object({ kind: z.literal('watcher-supports'), watcher: address, decision: hash }),
    object({ kind: z.literal('decision-overtaken'), decision: hash, roundId: hash, attempt: count }),
    object({ kind: z.literal('decision-sent'), decision: hash }),
    object({ kind: z.literal('decision-cancelled'), decision: hash }),
    object({ kind: z.literal('support-withdrawn'), watcher: address, decision: hash }),
    object({
      kind: z.literal('cancel-attested'),
      watcher: address,
      decision: hash,
      when: object({ height: block, index: count }),
    }),
    object({ kind: z.literal('multisig-acts-for-manager'), multisig: account }),
    object({ kind: z.literal('funds-at-least'), account, amount: amountText }),
    object({ kind: z.literal('delivery-paid'), contract: address, amount: amountText }),
    object({ kind: z.literal('no-approval-pending'), multisig: account, callHash: hash }),
    object({
      kind: z.literal('approval-pending'),
      multisig: account,
      callHash: hash,
      by: account.exactOptional(),
    }),
    object({ kind: z.literal('multisig-approved'), multisig: account, callHash: hash, by: account }),
  ]),
);

export const chainFact: RecordSchema<ChainFact> = record(({ object, of }) =>
  z.union([of(plainFact), object({ kind: z.literal('any-of'), facts: z.array(of(plainFact)) })]),
);

const routeStep: RecordSchema<RouteStep> = record(({ object, of }) =>
  object({
    id: z.enum(STEP_IDS),
    title: z.string(),
    while: z.array(of(chainFact)),
    before: z.array(of(chainFact)),
    after: z.array(of(chainFact)),
    call: object({
      method: z.string(),
      signer: account.or(z.enum(['watcher', 'operator', 'signatory', 'anybody'])),
    }).nullable(),
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
