import { toHex } from '../../bytes/hex.ts';
import { tokenAmount } from '../../domain/amount.ts';
import { managersObstacle } from '../../domain/chain/manager.ts';
import { registrarPlace, registrarRule } from '../../domain/chain/registrar-shape.ts';
import { type Finding, obstacle, ok, unknown, warning } from '../../domain/readiness/finding.ts';
import { blocksAndHours } from '../../domain/readiness/time.ts';
import { cooldownPrice } from '../../domain/readiness/upgrade-findings.ts';
import { NO_CODE } from '../../domain/route/fact-text.ts';
import type { OptionCost, OptionStep, PlannedCall, RouteOption } from '../../domain/route/option.ts';
import type { RouteStep } from '../../domain/route/route.ts';
import { viewOfRelay } from '../../domain/route/view.ts';
import type { AccountHex } from '../../domain/units.ts';
import { whyNot } from '../facts.ts';
import { bareOption, recoveryHeadsOf } from '../options/bare-option.ts';
import { codeGuards, collatorsPart, DECODING_RISK } from '../options/guards.ts';
import { judge } from '../options/judge.ts';
import type { PlanLook } from '../options/look.ts';
import { codeCall, factLines, optionStep, plannedCall, sumOfBlocks } from '../options/option-step.ts';
import type { Route } from '../route.ts';
import { registrarSteps } from './plan.ts';
import { type ActingPlanContext, type ManagersCall, signedSteps } from './signed-steps.ts';

/** The registrar under the present rule. */
export async function registrarOption(
  route: Pick<Route, 'examine'>,
  look: PlanLook,
  context: ActingPlanContext,
): Promise<RouteOption> {
  const elsewhere = whyElsewhere(look);
  if (elsewhere !== null) return { ...BARE, result: 'not-here', reasons: [elsewhere] };
  const findings = [placeFinding(look), ...(await route.examine(look)), ...codeGuards(look)];
  const call = await scheduleCall(look);
  const tried = await triedFinding(look, call, judge(findings).result);
  const judged = judge([...findings, ...tried]);
  const option = { ...BARE, ...judged, findings: [...findings, ...tried] };
  if (judged.result === 'refused') return option;
  const { steps, deposit } = await stepsOf(look, call, context);
  const collators = collatorsPart(look);
  return {
    ...option,
    waitsFor: `${deposit ? 'the other signatories of the multisig, and ' : ''}${collators.waitsFor}`,
    steps,
    expectedBlocks: sumOfBlocks(steps),
    costs: [...costsOf(look, steps, context.acting.signer), ...(deposit ? [deposit] : [])],
    dependsOn: [
      `the key of the manager ${look.observation.registrar?.manager ?? ''}, or all signatories that it needs`,
      'validators who accept the code in their vote (PVF): it is rejected when the second session ends without two thirds',
    ],
    risks: [
      'code that validators reject cannot be scheduled again before the cooldown is over, and never in the same bytes',
      'once scheduled it cannot be taken back; code that does not build blocks leaves the para where it is, for another cooldown',
      ...collators.risks,
      DECODING_RISK,
    ],
  };
}

const BARE = bareOption({
  way: 'registrar',
  route: 'registrar',
  result: 'refused',
  summary:
    'the manager has the code scheduled by the registrar of the relay chain, which switches at the expected block without a head of the para',
});

/** What makes this way one of other chains; null when it is one of this. */
function whyElsewhere({ limits, relayFiltered }: PlanLook): string | null {
  if (limits === undefined) return null;
  const { registrar, appliesAtExpectedBlock } = limits;
  const rule = registrarRule(registrar, appliesAtExpectedBlock);
  if (rule === 'next-head' || rule === 'pre-lock') {
    return 'this relay chain has an older rule: scheduled code does not take effect without a head of the para (see registrar-old-rule)';
  }
  const place = registrarPlace({ relay: registrar, relayFiltered, coretime: null, coretimeFiltered: null });
  return place.is === 'unknown'
    ? 'managers do not act on this relay chain any more (see registrar-coretime)'
    : null;
}

function placeFinding({ limits, relayFiltered, observation }: PlanLook): Finding {
  if (limits === undefined)
    return unknown('registrar-place', "the relay chain's configuration could not be read");
  const problem = managersObstacle(limits) ?? (observation.registrar === undefined ? NO_REGISTRAR : null);
  if (problem !== null) {
    return obstacle(
      'registrar-place',
      'nothing',
      problem,
      'wait until the migration is done, or ask root of the relay chain',
    );
  }
  const tried =
    relayFiltered === null ? ', which cannot be tried on this chain' : ', and filters no call of theirs';
  return ok('registrar-place', `the registrar of the relay chain takes code from managers${tried}`);
}

const NO_REGISTRAR = 'this relay chain has no registrar';

/** The call with its code, tried as the manager where nothing else is in the way: then its failure says something new. */
async function triedFinding(
  look: PlanLook,
  call: PlannedCall | null,
  before: RouteOption['result'],
): Promise<Finding[]> {
  const manager = look.observation.registrar?.manager;
  if (call?.around == null || look.code?.bytes == null || manager === undefined || before !== 'works')
    return [];
  const data = `${call.around.head}${toHex(look.code.bytes).slice(2)}${call.around.tail.slice(2)}` as const;
  const tried = await look.relay.tryCall(data, { signed: manager });
  switch (tried.kind) {
    case 'succeeds':
      return [ok('dry-run', "the call succeeds in the relay chain's runtime, tried as the manager")];
    case 'fails':
      return [
        obstacle('dry-run', 'nothing', `the relay chain's runtime says that the call fails: ${tried.reason}`),
      ];
    case 'unavailable':
      return [warning('dry-run', `the call was not tried: ${tried.reason}`, null)];
  }
}

function scheduleCall({ relay, code, observation }: PlanLook): Promise<PlannedCall | null> {
  return codeCall('registrar.scheduleCodeUpgrade', code, (bytes) =>
    relay.call('registrar', 'scheduleCodeUpgrade', [observation.paraId, bytes]),
  );
}

async function stepsOf(
  look: PlanLook,
  call: PlannedCall | null,
  context: ActingPlanContext,
): Promise<{ readonly steps: OptionStep[]; readonly deposit: OptionCost | null }> {
  const { observation, limits, policy, code } = look;
  const view = viewOfRelay(observation, limits ?? null);
  const manager = observation.registrar?.manager ?? null;
  const lock = await look.relay.call('registrar', 'addLock', [observation.paraId]);
  const steps = registrarSteps({
    view,
    codeHash: code?.hash ?? NO_CODE,
    codeSize: code?.size ?? 0,
    head: observation.head?.hash ?? NO_CODE,
    // Whose call it is; who signs it for the manager is added below.
    signer: manager,
    recoveryHeads: recoveryHeadsOf(policy),
    lockAgain: policy?.rules.recovery.lockAgain ?? true,
  });
  const calls: Partial<Record<RouteStep['id'], PlannedCall | null>> = {
    'schedule-code': call,
    'lock-again': lock && plannedCall(lock),
  };
  const { paraId } = observation;
  const managers: Partial<Record<RouteStep['id'], ManagersCall>> = {
    'schedule-code': { make: (bytes) => ({ kind: 'schedule-code', paraId, code: bytes }), code },
    'lock-again': { make: () => ({ kind: 'add-lock', paraId }), code: undefined },
  };
  const all = await firstSteps(look);
  let deposit: OptionCost | null = null;
  for (const step of steps) {
    const plain = optionStep(step, view, {
      chain: step.id === 'first-heads' ? 'nodes of the para' : 'relay chain',
      origin: step.call && 'signed by the manager, or by one who may act for it',
      call: calls[step.id] ?? null,
    });
    const made = managers[step.id];
    if (made) {
      const signed = await signedSteps(context, look, plain, made);
      all.push(...signed.steps);
      deposit ??= signed.deposit;
    } else all.push(plain);
  }
  return { steps: all, deposit };
}

/** What has to pass, or be paid, before the manager's call is taken. */
export async function firstSteps(look: PlanLook): Promise<OptionStep[]> {
  const { observation, limits, costs, token, relay } = look;
  const { futureCodeUpgradeAt, upgradeRestriction, upgradeCooldownUntil: until, paraId } = observation;
  const view = viewOfRelay(observation, limits ?? null);
  const steps: OptionStep[] = [];
  const fact = { kind: 'no-upgrade-pending' } as const;
  if (whyNot(fact, view) !== null) {
    const at = futureCodeUpgradeAt ?? null;
    steps.push({
      title: `wait until the pending upgrade ${at === null ? 'is accepted by validators and takes effect, or is rejected' : `takes effect at relay block ${at}`}`,
      chain: 'relay chain',
      origin: null,
      signer: null,
      call: null,
      before: [],
      after: factLines([fact], view),
      expectedBlocks: at === null ? null : Math.max(0, at - observation.relay.number),
    });
  }
  if (upgradeRestriction === null) return steps;
  const left = until === null ? null : Math.max(0, until - observation.relay.number);
  const end = await relay.call('paras', 'removeUpgradeCooldown', [paraId]);
  const wait = `wait until the upgrade cooldown is over${left === null ? '' : `, in ${blocksAndHours(left)}`}`;
  steps.push({
    title: end === null ? wait : `${wait}; or pay to end it${cooldownPrice(costs.cooldown, token)}`,
    chain: 'relay chain',
    origin: end && 'signed by anybody who pays',
    signer: end && 'anybody',
    call: end && plannedCall(end),
    before: [],
    after: factLines([{ kind: 'upgrade-allowed' }], view),
    expectedBlocks: left,
  });
  return steps;
}

function costsOf(look: PlanLook, steps: readonly OptionStep[], signer: AccountHex | null): OptionCost[] {
  const { costs, token, observation } = look;
  const fee = costs.fee;
  const cooldown = steps.some(({ call }) => call?.method === 'paras.removeUpgradeCooldown');
  return [
    {
      what: 'fee for the length of the code, about',
      kind: 'fee',
      amount: fee === undefined ? null : fee.toString(),
      text: fee === undefined ? 'the chain does not tell' : tokenAmount(fee, token),
      account: signer ?? observation.registrar?.manager ?? null,
    },
    ...(cooldown
      ? [
          {
            what: 'ending the cooldown now, in place of waiting',
            kind: 'burned',
            amount: costs.cooldown === undefined ? null : costs.cooldown.toString(),
            text:
              costs.cooldown === undefined ? 'the chain does not tell' : tokenAmount(costs.cooldown, token),
            account: null,
          } as const,
        ]
      : []),
  ];
}
