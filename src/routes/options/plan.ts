import { authorizationGuard, headGuard, livingGuard } from '../../domain/route/guards.ts';
import { planResult, type RescuePlan, type RouteOption, ranked } from '../../domain/route/option.ts';
import { collatorOption } from '../collator/option.ts';
import { type ContractOptionContext, contractOption } from '../contract/option.ts';
import { coretimeOption } from '../registrar/coretime.ts';
import { oldRuleOption } from '../registrar/old-rule.ts';
import { registrarOption } from '../registrar/option.ts';
import type { ActingPlanContext } from '../registrar/signed-steps.ts';
import type { Route } from '../route.ts';
import { rootOption } from './by-root.ts';
import type { PlanLook } from './look.ts';

/** What plans rest on besides what was looked at: the routes of the service or of the command. */
export interface PlanContext extends ContractOptionContext, ActingPlanContext {
  readonly relay: ContractOptionContext['relay'] & ActingPlanContext['relay'];
  readonly registrar: Pick<Route, 'examine'>;
  readonly contract: Pick<Route, 'examine'>;
}

/** Relay blocks without a head from which a para counts as stopped, where no policy says so. */
const USUAL_GAP = 50;

/** Every way back for the para as it is now, best first. */
export async function planRescue(context: PlanContext, look: PlanLook): Promise<RescuePlan> {
  const { observation, code, token, own, policy } = look;
  const options: RouteOption[] = await Promise.all([
    registrarOption(context.registrar, look, context),
    oldRuleOption(look),
    coretimeOption(look),
    contractOption(context.contract, context, look),
    rootOption(look),
    collatorOption(look),
  ]);
  const { paraId, relay, head, currentCodeHash } = observation;
  return {
    paraId,
    relay: { number: relay.number, hash: relay.hash },
    token,
    head,
    currentCodeHash,
    label: 'trouble' in own ? null : { specName: own.specName, specVersion: own.specVersion },
    code: code && {
      hash: code.hash,
      size: code.size,
      specName: code.specName,
      specVersion: code.specVersion,
    },
    codeMust: codeMust(look),
    guards: [
      livingGuard(observation, policy?.rules.stall.gapBlocks ?? USUAL_GAP),
      headGuard(observation),
      authorizationGuard(observation, code?.hash ?? null),
    ],
    options: ranked(options),
    result: planResult(options),
  };
}

function codeMust({ own, observation, limits }: PlanLook): string[] {
  const { currentCodeHash, head } = observation;
  return [
    'trouble' in own
      ? `have the label of the para's own code, spec name and spec version, which could not be read: ${own.trouble}`
      : `be labelled ${own.specName} ${own.specVersion}, as the para's own code is, or be that code itself (${own.codeHash}): nodes take a substitute by its label only`,
    `be other code than the relay chain stores now (${currentCodeHash ?? 'none'}), unless only the para's nodes are to change`,
    ...(limits ? [`have at most ${limits.maxCodeSize} bytes, and unpack to at most ten times as many`] : []),
    'hold nothing that validators refuse (instructions, memory, imports), and export what collators call: "pararescue code inspect"',
    `build blocks on the head ${head?.number ?? 'of the para'} that validators take: "pararescue try PARA --code FILE"`,
  ];
}
