import { requireActable } from '../../domain/chain/actable.ts';
import type { ParaObservation } from '../../domain/chain/observation.ts';
import { readStall } from '../../domain/chain/stall.ts';
import type { ContractState } from '../../domain/contract/rescue-contract.ts';
import { termsObstacles } from '../../domain/contract/terms.ts';
import type { HashedPolicy, Policy } from '../../domain/policy/policy.ts';
import type { Ledger } from '../../domain/ports/ledger.ts';
import type { RelayReader } from '../../domain/ports/relay.ts';
import type { ContractOptIn, OptInMeant } from '../../domain/round/round.ts';
import type { Hex } from '../../domain/units.ts';
import type { LookAtRoutes } from '../../readiness/look-at-routes.ts';
import { optInProblem } from '../../routes/contract/terms.ts';
import type { WatchedContract } from '../../routes/contract/watched-contract.ts';
import type { EventHub } from '../event-hub.ts';
import type { ParaTracker } from '../para/tracker.ts';
import { lateOptIn } from './late-opt-in.ts';
import { refused, requireExecutable, requireOpenState, unexecutable } from './opt-in.ts';

export interface ContractOptInContext {
  readonly genesis: Hex;
  readonly relay: RelayReader;
  readonly ledger: Ledger;
  readonly hub: EventHub;
  readonly lookAtRoutes: LookAtRoutes;
}

/** What following a contract needs. */
type ContractPlace = Pick<WatchedContract['contract'], 'genesis' | 'address'>;
type FollowContext = Pick<ContractOptInContext, 'genesis'> & {
  readonly ledger: Pick<Ledger, 'policy' | 'putOptIn'>;
  readonly hub: Pick<EventHub, 'tell'>;
};
type FollowTracker = Pick<ParaTracker, 'optIn' | 'setOptIn' | 'review' | 'latest'> & {
  readonly para: Pick<ParaTracker['para'], 'id'>;
};

/** Takes the policy whose hash the rescue contract recorded; see `RescueService.adoptPolicy`. */
export async function adoptPolicy(
  context: ContractOptInContext,
  tracker: ParaTracker,
  { policy, hash }: HashedPolicy,
  meant: OptInMeant = { whileStopped: false },
): Promise<ContractOptIn> {
  const { relay } = context;
  const watchedContract = tracker.para.contract;
  if (!watchedContract) throw refused(`No rescue contract is configured for para ${tracker.para.id}.`);
  const { contract } = watchedContract;
  const state = await watchedContract.refresh();
  const { paras } = await relay.observe([tracker.para.id]);
  const observation = paras.find((entry) => entry.paraId === tracker.para.id);
  if (!observation) throw refused(`The relay chain does not know para ${tracker.para.id}.`);
  requireActable(observation);
  const problem = optInProblem(state, observation, hash);
  if (problem !== null) throw refused(`${problem[0]?.toUpperCase()}${problem.slice(1)}.`);
  // Anybody may send the policy, and as often as he likes.
  const known = ofContract(tracker, contract);
  if (known?.action === 'opt-in' && known.policy === hash) return known;
  if (isLeftByManager(tracker, observation)) {
    throw refused(
      `The registrar manager ${observation.registrar?.manager} opted out, which anybody who sends the policy cannot undo: it has to opt in again.`,
    );
  }
  const named = policy.contract || policy.routes.includes('contract');
  const elsewhere = named
    ? termsObstacles(policy, { address: contract.address, genesis: contract.genesis })
    : [];
  if (elsewhere.length > 0) throw unexecutable(elsewhere);
  const whileStopped = lateOptIn(observation, policy, meant);
  await requireExecutable(context, tracker, observation, policy);
  return tracker.queue.run(async () => {
    requireOpenState(tracker.runner.state(), { action: 'opt-in' });
    const act = actOf(context, tracker, contract, state, 'opt-in', hash);
    const optIn = { ...act, ...(whileStopped !== null && { whileStopped }) };
    await context.ledger.putOptIn(optIn, policy);
    await announce(context, tracker, optIn);
    return optIn;
  });
}

/** A dead para that its manager wants to stay dead: his signed opt-out stands while he is the manager. */
export function isLeftByManager(
  tracker: Pick<ParaTracker, 'optIn'>,
  { registrar }: ParaObservation,
): boolean {
  const known = tracker.optIn();
  if (known === null || 'contract' in known || known.action !== 'opt-out') return false;
  return known.account === registrar?.manager;
}

/** The recorded act, if it is one of this contract. */
function ofContract(
  tracker: Pick<ParaTracker, 'optIn'>,
  { genesis, address }: ContractPlace,
): ContractOptIn | null {
  const known = tracker.optIn();
  if (known === null || !('contract' in known)) return null;
  return known.contract.genesis === genesis && known.contract.address === address ? known : null;
}

/**
 * Brings the record of the opt-in in line with the contract: what the contract no longer says is over, and a policy
 * that was checked before is in force again as soon as the contract names it, but for a para that has stopped: then somebody has
 * to say that it shall count (`adoptPolicy`), which voters are told. The act of another contract, which was configured before this
 * one, no longer counts. Call inside the tracker's queue.
 */
export async function followContract(
  context: FollowContext,
  tracker: FollowTracker,
  { contract }: { readonly contract: ContractPlace },
  state: Pick<ContractState, 'policyHash' | 'epoch'>,
): Promise<void> {
  const known = tracker.optIn();
  const recorded = known !== null && 'contract' in known ? known : null;
  if (recorded === null) return;
  const inForce = recorded.action === 'opt-in' ? recorded.policy : null;
  if (inForce === state.policyHash && (inForce === null || ofContract(tracker, contract) !== null)) return;
  const named = state.policyHash === null ? null : await context.ledger.policy(state.policyHash);
  const policy = named !== null && isStopped(tracker, named) ? null : named;
  const optIn =
    policy !== null && state.policyHash !== null
      ? actOf(context, tracker, contract, state, 'opt-in', state.policyHash)
      : actOf(context, tracker, contract, state, 'opt-out', recorded.policy);
  if (optIn.action === 'opt-out' && recorded.action === 'opt-out') return;
  await context.ledger.putOptIn(optIn, policy);
  await announce(context, tracker, optIn);
}

/** By the newest block that was seen; what nobody has seen yet is no reason to take a rescue for asked for in time. */
function isStopped(tracker: FollowTracker, { stall }: Policy): boolean {
  const seen = tracker.latest();
  return seen === null || readStall(seen.observation, stall.gapBlocks).stalled;
}

function actOf(
  { genesis }: Pick<ContractOptInContext, 'genesis'>,
  tracker: FollowTracker,
  { genesis: chain, address }: ContractPlace,
  state: Pick<ContractState, 'epoch'>,
  action: ContractOptIn['action'],
  policy: Hex,
): ContractOptIn {
  // Above what is recorded, so that it counts, whoever acted before.
  const sequence = Math.max(Number(state.epoch), (tracker.optIn()?.sequence ?? -1) + 1);
  return {
    paraId: tracker.para.id,
    action,
    relayGenesis: genesis,
    policy,
    sequence,
    contract: { genesis: chain, address },
  };
}

async function announce(
  { hub }: Pick<FollowContext, 'hub'>,
  tracker: FollowTracker,
  optIn: ContractOptIn,
): Promise<void> {
  tracker.setOptIn(optIn);
  const { action, policy, contract } = optIn;
  hub.tell(optIn.paraId, action === 'opt-in' ? 'opted-in' : 'opted-out', {
    by: 'contract',
    policy,
    contract: contract.address,
  });
  await tracker.review();
}
