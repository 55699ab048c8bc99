import type { StepInput } from '../../../machines/context.ts';
import type { ParaObservation } from '../../domain/chain/observation.ts';
import type { ApprovalState, ContractState } from '../../domain/contract/rescue-contract.ts';
import { RescueError } from '../../domain/errors.ts';
import { type ContractTerms, policyHash } from '../../domain/policy/policy.ts';
import type { RouteAssessment } from '../../domain/route/route.ts';
import { type RouteContext, requireCode } from '../route-context.ts';
import { type ContractMessages, composeMessages } from './messages.ts';
import { planContractRoute } from './plan.ts';
import type { WatchedContract } from './watched-contract.ts';

/** Everything that one look at both chains tells about a decision on its way through the contract. */
export interface BothChains {
  readonly observation: ParaObservation;
  readonly contract: ContractState;
  readonly approval: ApprovalState;
}

/** What stays the same while one decision is carried out through a contract. */
export interface ContractRescue extends ContractMessages {
  readonly input: StepInput;
  readonly terms: ContractTerms;
  readonly watched: WatchedContract;
  readonly codeSize: number;
}

/** Why the service cannot use a contract for this para at all; null when it can. */
function missing(
  { contracts }: RouteContext,
  { paraId, policy: { contract: terms } }: StepInput,
): string | null {
  const watched = contracts.get(paraId);
  if (!terms) return 'the policy names no rescue contract';
  if (!watched) return `this service has no rescue contract configured for para ${paraId}`;
  const { address, genesis } = watched.contract;
  if (terms.address === address && terms.genesis === genesis) return null;
  return `the policy names the contract ${terms.address} on ${terms.genesis}, this service is configured with ${address} on ${genesis}`;
}

/** @throws RESCUE_ROUTE_IMPOSSIBLE when policy and configuration do not name the same contract */
export async function openContractRescue(
  context: RouteContext,
  input: StepInput,
  observation: ParaObservation,
): Promise<ContractRescue> {
  const problem = missing(context, input);
  const watched = context.contracts.get(input.paraId);
  const { contract: terms } = input.policy;
  if (problem !== null || !watched || !terms) {
    throw new RescueError('RESCUE_ROUTE_IMPOSSIBLE', `The route "contract" cannot be used: ${problem}.`);
  }
  const code = await requireCode(context.ledger, input);
  const messages = await composeMessages(context.submitter, watched.contract, { terms, observation, code });
  return { input, terms, watched, codeSize: code.length, ...messages };
}

/** One look at the contract and at the relay chain. */
export async function lookAt(
  { relay }: RouteContext,
  rescue: ContractRescue,
  observation: ParaObservation,
): Promise<BothChains> {
  const manager = observation.registrar?.manager ?? null;
  const [contract, approval] = await Promise.all([
    rescue.watched.refresh(),
    relay.approvalState(rescue.parties, rescue.callHash, manager),
  ]);
  return { observation, contract, approval };
}

/** The route through the rescue contract, or the reasons against it. */
export async function assessContractRoute(
  context: RouteContext,
  input: StepInput,
  observation: ParaObservation,
): Promise<RouteAssessment> {
  const problem = missing(context, input);
  if (problem !== null) return { possible: false, route: 'contract', reasons: [problem] };
  const rescue = await openContractRescue(context, input, observation);
  const chains = await lookAt(context, rescue, observation);
  return planContractRoute({
    ...rescue,
    ...chains,
    limits: await context.relay.limits(),
    policyHash: policyHash(input.policy),
    codeHash: input.approved.codeHash,
    deliveryFee: await rescue.watched.contract.deliveryFee(rescue.message),
    recoveryHeads: input.policy.recovery.heads,
  });
}
