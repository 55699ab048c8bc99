import { managerObstacles } from '../../domain/chain/manager.ts';
import { type RegistrarRule, registrarRule } from '../../domain/chain/registrar-shape.ts';
import { type Finding, obstacle, unknown } from '../../domain/readiness/finding.ts';
import type { RouteOption } from '../../domain/route/option.ts';
import { bareOption } from '../options/bare-option.ts';
import { codeGuards } from '../options/guards.ts';
import { judge } from '../options/judge.ts';
import type { PlanLook } from '../options/look.ts';

const BARE = bareOption({
  way: 'registrar-old-rule',
  route: 'registrar',
  result: 'not-here',
  summary:
    'the manager has the code scheduled on a relay chain that takes it into use with the next head of the para only (before February 2024)',
});

const WHAT_WORKS =
  'root of the relay chain sets the code (see governance); or operators of nodes get over the block with a substitute, if the relay chain has code with the right label already (see collator)';

/**
 * The registrar under the rules that relay chains had before `Paras.FutureCodeUpgradesAt`. Metadata tells the ages apart; whether the
 * relay chain also sets the signal GoAhead, which makes cumulus paras panic that expect no upgrade, no mark tells, so it is assumed.
 */
export function oldRuleOption(look: PlanLook): RouteOption {
  const { limits } = look;
  if (limits === undefined) {
    return {
      ...BARE,
      ...judge([unknown('upgrade-rule', "the relay chain's configuration could not be read")]),
    };
  }
  const rule = registrarRule(limits.registrar, limits.appliesAtExpectedBlock);
  if (rule === 'none' || rule === 'elsewhere' || rule === 'expected-block') {
    return { ...BARE, reasons: [WHY_NOT_HERE[rule]] };
  }
  const findings = [
    ...(rule === 'pre-lock' ? [PRE_LOCK] : haltedFindings(look, ageOf(look))),
    ...managerObstacles(look.observation).map((problem) => obstacle('lock', 'nothing', problem, WHAT_WORKS)),
    ...codeGuards(look),
  ];
  return { ...BARE, ...judge(findings), findings };
}

const WHY_NOT_HERE = {
  none: 'this relay chain has no registrar',
  elsewhere: "the relay chain's registrar takes no code from managers (see registrar-coretime)",
  'expected-block': 'this relay chain has the present rule (see registrar)',
} as const satisfies Partial<Record<RegistrarRule, string>>;

const PRE_LOCK = obstacle(
  'upgrade-rule',
  'nothing',
  'the registrar of this relay chain is of the age before managers could touch code or heads (locked is a plain bool, and schedule_code_upgrade does not exist): only its root can',
  WHAT_WORKS,
);

function ageOf({ limits }: PlanLook): string {
  return limits?.registrar.locked === 'bool'
    ? 'of 2023 (locked is a plain bool)'
    : 'of 2023 to February 2024 (locked is an option, and Paras.FutureCodeUpgradesAt does not exist)';
}

function haltedFindings({ isCumulus, observation }: PlanLook, age: string): Finding[] {
  const never = `the rule of this relay chain is ${age}: scheduled code takes effect with the next included head only, and a halted para has none`;
  if (isCumulus === false) {
    return [
      unknown(
        'upgrade-rule',
        `${never}; this para is not made with cumulus, so it helps if its collators can still build one block that the present code accepts, which nothing here can try`,
        WHAT_WORKS,
      ),
    ];
  }
  const surely =
    isCumulus === true
      ? 'this para, made with cumulus,'
      : 'a para made with cumulus, as this one most probably is,';
  const signal =
    observation.upgradeGoAhead === 'GoAhead'
      ? 'the signal GoAhead is set for it already'
      : 'relay chains of that age set the signal GoAhead for it';
  return [
    obstacle('upgrade-rule', 'nothing', never, WHAT_WORKS),
    obstacle(
      'upgrade-rule',
      'nothing',
      `it would brick the para: ${signal}, and ${surely} panics in each block that sees it without an upgrade of its own ("GoAhead signal is not expected"), with a substitute too, until root notes a head or sets the code`,
      WHAT_WORKS,
    ),
  ];
}
