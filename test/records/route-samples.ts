import fc from 'fast-check';
import { CHECKS, type Finding, REMEDIES, RESULTS } from '../../src/domain/readiness/finding.ts';
import type { ChainFact, PlainFact } from '../../src/domain/route/facts.ts';
import {
  OPTION_RESULTS,
  type OptionStep,
  PLAN_RESULTS,
  type PlannedCall,
  type RescuePlan,
  type RouteOption,
  WAYS,
} from '../../src/domain/route/option.ts';
import { ROUTE_NAMES, type RouteAssessment, type RouteStep, STEP_IDS } from '../../src/domain/route/route.ts';
import { bytes, hash } from '../store/samples.ts';

const contract = bytes(20, 0x1a);

/** One of each kind: the compiler asks for a sample of a new one. */
const PLAIN: { readonly [Kind in PlainFact['kind']]: Extract<PlainFact, { kind: Kind }> } = {
  'registrar-manager-is': { kind: 'registrar-manager-is', account: hash(3) },
  'registrar-unlocked': { kind: 'registrar-unlocked' },
  'registrar-locked': { kind: 'registrar-locked' },
  'no-upgrade-pending': { kind: 'no-upgrade-pending' },
  'upgrade-allowed': { kind: 'upgrade-allowed' },
  'head-is': { kind: 'head-is', hash: hash(4) },
  'head-data-is': { kind: 'head-data-is', data: '0x0102' },
  'code-is-other-than': { kind: 'code-is-other-than', codeHash: hash(6) },
  'code-authorised': { kind: 'code-authorised', codeHash: hash(6) },
  'no-other-upgrade-pending': { kind: 'no-other-upgrade-pending', codeHash: hash(6) },
  'code-size-allowed': { kind: 'code-size-allowed', bytes: 300_000 },
  'head-size-allowed': { kind: 'head-size-allowed', bytes: 120 },
  'switches-without-head': { kind: 'switches-without-head' },
  'registrar-takes-code': { kind: 'registrar-takes-code' },
  'contract-opted-in': { kind: 'contract-opted-in', contract, policy: hash(5) },
  'contract-decided': { kind: 'contract-decided', contract, codeHash: hash(6) },
  'funds-at-least': {
    kind: 'funds-at-least',
    account: hash(7),
    amount: '340282366920938463463374607431768211455',
  },
  'no-approval-pending': { kind: 'no-approval-pending', multisig: hash(8), callHash: hash(9) },
  'approval-pending': { kind: 'approval-pending', multisig: hash(8), callHash: hash(9), by: hash(2) },
  'contract-epoch-is': { kind: 'contract-epoch-is', contract, epoch: '3' },
  'watcher-supports': { kind: 'watcher-supports', watcher: contract, decision: hash(1) },
  'decision-overtaken': {
    kind: 'decision-overtaken',
    decision: hash(1),
    roundId: hash(2),
    attempt: 0,
  },
  'decision-sent': { kind: 'decision-sent', decision: hash(1) },
  'decision-cancelled': { kind: 'decision-cancelled', decision: hash(1) },
  'support-withdrawn': { kind: 'support-withdrawn', watcher: contract, decision: hash(1) },
  'cancel-attested': {
    kind: 'cancel-attested',
    watcher: contract,
    decision: hash(1),
    when: { height: 300, index: 2 },
  },
  'multisig-acts-for-manager': { kind: 'multisig-acts-for-manager', multisig: hash(8) },
  'multisig-approved': { kind: 'multisig-approved', multisig: hash(8), callHash: hash(9), by: hash(2) },
  'delivery-paid': { kind: 'delivery-paid', contract, amount: '10' },
  'code-scheduled-or-current': { kind: 'code-scheduled-or-current', codeHash: hash(6) },
  'code-is': { kind: 'code-is', codeHash: hash(6) },
  'heads-after': { kind: 'heads-after', head: 30, count: 3 },
};

const plain = Object.values(PLAIN);
const everyFact: ChainFact[] = [...plain, { kind: 'any-of', facts: plain.slice(0, 2) }];
export const chainFacts: fc.Arbitrary<ChainFact> = fc.constantFrom(...everyFact);
const facts = fc.subarray<ChainFact>(everyFact);
const steps: fc.Arbitrary<RouteStep> = fc.record({
  id: fc.constantFrom(...STEP_IDS),
  title: fc.string(),
  while: facts,
  before: facts,
  after: facts,
  call: fc.option(
    fc.record({
      method: fc.string(),
      signer: fc.constantFrom(hash(3), bytes(20, 3), 'watcher' as const, 'anybody' as const),
    }),
  ),
  expectedBlocks: fc.option(fc.nat()),
});

export const routeAssessments: fc.Arbitrary<RouteAssessment> = fc.oneof(
  fc.record({
    possible: fc.constant(true as const),
    plan: fc.record({
      route: fc.constantFrom(...ROUTE_NAMES),
      paraId: fc.nat(),
      codeHash: fc.constant(hash(6)),
      steps: fc.array(steps, { maxLength: 4 }),
      costs: fc.array(
        fc.record({
          account: fc.constant(hash(7)),
          amount: fc.bigInt({ min: 0n, max: 1n << 128n }).map(String),
          what: fc.string(),
        }),
        { maxLength: 2 },
      ),
    }),
  }),
  fc.record({
    possible: fc.constant(false as const),
    route: fc.constantFrom(...ROUTE_NAMES),
    reasons: fc.array(fc.string(), { maxLength: 3 }),
  }),
);

const hex = fc.constantFrom(hash(1), hash(2));
const factLine = fc.record({ text: fc.string(), holds: fc.option(fc.boolean()) });
const few = <T>(of: fc.Arbitrary<T>) => fc.array(of, { maxLength: 2 });
const findings: fc.Arbitrary<Finding> = fc.record({
  check: fc.constantFrom(...CHECKS),
  result: fc.constantFrom(...RESULTS),
  sentence: fc.string(),
  fix: fc.option(fc.string()),
  remedy: fc.option(fc.constantFrom(...REMEDIES)),
});
const bareCall = {
  method: fc.string(),
  args: few(fc.record({ name: fc.string(), value: fc.string() })),
  hash: fc.option(hex),
  length: fc.option(fc.nat()),
  data: fc.option(hex),
  around: fc.option(fc.record({ head: hex, codeHash: hex, tail: hex })),
  note: fc.option(fc.string()),
};
const plannedCalls: fc.Arbitrary<PlannedCall> = fc.record(
  { ...bareCall, inside: few(fc.record(bareCall)), aroundHash: fc.record({ head: hex, tail: hex }) },
  { requiredKeys: ['method', 'args', 'hash', 'length', 'data', 'around', 'note'] },
);
const optionSteps: fc.Arbitrary<OptionStep> = fc.record({
  title: fc.string(),
  chain: fc.string(),
  origin: fc.option(fc.string()),
  signer: fc.option(fc.constantFrom(hash(3), 'watcher' as const, 'operator' as const, 'anybody' as const)),
  call: fc.option(plannedCalls),
  before: few(factLine),
  after: few(factLine),
  expectedBlocks: fc.option(fc.nat()),
});
const options: fc.Arbitrary<RouteOption> = fc.record({
  way: fc.constantFrom(...WAYS),
  route: fc.constantFrom(...ROUTE_NAMES),
  result: fc.constantFrom(...OPTION_RESULTS),
  summary: fc.string(),
  reasons: few(fc.string()),
  helps: few(fc.string()),
  findings: few(findings),
  steps: few(optionSteps),
  expectedBlocks: fc.option(fc.nat()),
  waitsFor: fc.option(fc.string()),
  costs: few(
    fc.record({
      what: fc.string(),
      kind: fc.constantFrom('fee' as const, 'deposit' as const, 'burned' as const),
      amount: fc.option(fc.bigInt({ min: 0n, max: 1n << 128n }).map(String)),
      text: fc.string(),
      account: fc.option(hex),
    }),
  ),
  dependsOn: few(fc.string()),
  risks: few(fc.string()),
});

export const rescuePlans: fc.Arbitrary<RescuePlan> = fc.record({
  paraId: fc.nat(),
  relay: fc.record({ number: fc.nat(), hash: hex }),
  token: fc.record({ symbol: fc.string(), decimals: fc.nat() }),
  head: fc.option(fc.record({ hash: hex, number: fc.nat(), stateRoot: hex })),
  currentCodeHash: fc.option(hex),
  label: fc.option(fc.record({ specName: fc.string(), specVersion: fc.nat() })),
  code: fc.option(
    fc.record({ hash: hex, size: fc.nat(), specName: fc.string({ maxLength: 9 }), specVersion: fc.nat() }),
  ),
  codeMust: few(fc.string()),
  guards: few(findings),
  options: few(options),
  result: fc.constantFrom(...PLAN_RESULTS),
});
