import { SMALLEST_GAP } from '../chain/living.ts';
import type { ParaObservation } from '../chain/observation.ts';
import { isLiveLifecycle } from '../chain/stall.ts';
import type { CollatorBody } from '../round/collators.ts';
import type { Hex, Planck } from '../units.ts';
import { collatorsAlone, isKeyList } from './collator-rules.ts';
import { type Policy, percentToPpm } from './policy.ts';

export interface PolicySurroundings {
  readonly relayGenesis: Hex;
  /** The para as the relay chain shows it now. */
  readonly observation: ParaObservation;
  /** Why the routes that the policy allows could never work, as each of them says. */
  readonly prospects: readonly string[];
  /** Voting power of everybody, and the collators whom the policy has decide, if it could be proven at the last included head. */
  readonly electors?:
    | { readonly electorate: Planck; readonly collators: Pick<CollatorBody, 'members'> | null }
    | undefined;
}

/**
 * Why the policy could never be carried out with the chain as it is, in plain sentences; empty when it could. What can
 * change without the para's team, such as a pending upgrade or a missing core, is no obstacle.
 */
export function policyObstacles(policy: Policy, surroundings: PolicySurroundings): string[] {
  const { relayGenesis, observation, prospects, electors } = surroundings;
  const obstacles: string[] = [];
  if (policy.relayGenesis !== relayGenesis) {
    obstacles.push(
      `the policy is for the relay chain with genesis ${policy.relayGenesis}, but this service watches ${relayGenesis}`,
    );
  }
  if (policy.para !== observation.paraId) {
    obstacles.push(`the policy is for para ${policy.para}, but it is offered for para ${observation.paraId}`);
  }
  if (policy.stall.gapBlocks < SMALLEST_GAP) {
    obstacles.push(
      `stall.gapBlocks is ${policy.stall.gapBlocks}: a healthy para would count as stalled between two of its blocks; use at least ${SMALLEST_GAP}, on a public network rather 100`,
    );
  }
  if (!isLiveLifecycle(observation.lifecycle)) {
    obstacles.push(
      `para ${observation.paraId} is not live on this relay chain: its lifecycle is ${observation.lifecycle ?? 'empty, it is not registered'}`,
    );
  }
  if (observation.headData !== null && observation.head === null) {
    obstacles.push(
      `the head of para ${observation.paraId} on the relay chain is no Substrate header: no balance can be proven of it, so its holders could not vote`,
    );
  }
  obstacles.push(...prospects);
  if (electors !== undefined) {
    const { electorate, collators } = electors;
    if (!collatorsAlone(policy)) obstacles.push(...electorateObstacles(policy, electorate));
    if (collators?.members.size === 0) {
      obstacles.push(
        `nothing could be decided: ${policy.collators?.sets.join(' and ')} of the para names no collator at the last included head whom the policy does not exclude`,
      );
    }
  }
  return obstacles;
}

function electorateObstacles(policy: Policy, electorate: Planck): string[] {
  if (electorate <= 0n) {
    return ['nobody could vote: issuance minus excluded accounts is zero at the last included head'];
  }
  const { accounts, minimumPower, collators } = policy.proposers;
  if (
    accounts.length === 0 &&
    !collators &&
    minimumPower !== undefined &&
    BigInt(minimumPower) > electorate
  ) {
    return [
      `nobody could propose: proposers.minimumPower is ${minimumPower}, but everybody together has ${electorate}`,
    ];
  }
  return [];
}

/** What a team should think about before it opts in with the policy; nothing here is refused. */
export function policyConcerns(policy: Policy): string[] {
  const concerns: string[] = [];
  if (percentToPpm(policy.voting.quorum) === 0n && !collatorsAlone(policy)) {
    concerns.push('voting.quorum is 0%: a single vote could decide');
  }
  if (policy.stall.gapBlocks < 100) {
    concerns.push(
      `stall.gapBlocks is ${policy.stall.gapBlocks}: on a public network, where relay blocks take six seconds, pauses of a few minutes happen to healthy paras`,
    );
  }
  if (policy.voting.lateQuorumExtensionBlocks === 0) {
    concerns.push('voting.lateQuorumExtensionBlocks is 0: votes of the last moment cannot be answered');
  }
  const { release, collators } = policy;
  const byRate = policy.power.filter((source) => 'rate' in source && source.rate !== undefined);
  if (byRate.length > 0 && byRate.length < policy.power.length) {
    concerns.push(
      'power counts a token by a rate beside another token: if that one stands behind it, exclude the account that holds it there (a pallet or a pool), or the electorate has it twice and quorum is harder to reach',
    );
  }
  if (collators?.sets.some(isKeyList)) {
    concerns.push(
      `collators vote with the keys in their nodes (${collators.sets.join(', ')}): whoever gets into a node votes with its key; name Session.Validators where the para has it`,
    );
  }
  if (collators?.sets.every((set) => set === 'CollatorSelection.Invulnerables')) {
    concerns.push(
      'collators.sets has CollatorSelection.Invulnerables alone: whoever may set that list decides who decides; name Session.Validators, which has the elected ones too',
    );
  }
  if (release !== undefined && release.threshold === release.people.length && release.threshold > 1) {
    concerns.push(
      `release.threshold is ${release.threshold} of ${release.people.length}: when one of them cannot be reached, or has lost his key, no decision is carried out`,
    );
  }
  return concerns;
}
