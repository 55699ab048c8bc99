import type { ServiceClient } from '../../client/service-client.ts';
import { whyNotStopped } from '../../domain/chain/living.ts';
import { RescueError } from '../../domain/errors.ts';
import type { HashedPolicy, Policy } from '../../domain/policy/policy.ts';
import { policyDifference } from '../../domain/policy/policy-difference.ts';
import { blocksAndHours } from '../../domain/readiness/time.ts';
import type { ParaId } from '../../domain/units.ts';
import type { ParaStatus } from '../../domain/views/status.ts';
import { neverLocked } from '../../routes/registrar/regrets.ts';
import type { CommandIo } from '../shared/io.ts';
import { releaseRuleText } from '../shared/release-text.ts';
import { facts } from '../shared/table.ts';

export interface PreviewFlags {
  readonly yes?: true;
  readonly json?: boolean;
  readonly whileStopped?: true;
}

const NOT_ON_CHAIN =
  'nothing is sent to a chain, so there is nothing to try on a fork: a text is signed, which services record';

/**
 * Shows what an opt-in changes before anybody signs, and holds that replacing a policy is meant.
 * @throws RESCUE_REQUEST_INVALID for another policy than the one in force, without --yes; RESCUE_STATE_REFUSES for a para that has stopped
 */
export async function previewOptIn(
  client: ServiceClient,
  paraId: ParaId,
  { policy, hash }: HashedPolicy,
  flags: PreviewFlags,
  io: CommandIo,
): Promise<void> {
  const status = await client.para(paraId);
  const { observation, optIn } = status;
  const inForce = optIn === null || optIn.policy === hash ? null : await client.policy(paraId);
  const difference = inForce === null ? [] : policyDifference(inForce, policy);
  const { stall, voting, routes, release, recovery } = policy;
  const lock = observation && neverLocked(observation);
  show(flags, io, [
    ['opt-in', `holders of para ${paraId} may decide on its code once it has stopped, by the policy ${hash}`],
    [
      'stopped',
      `after ${blocksAndHours(stall.gapBlocks)} without a head; a round opens ${blocksAndHours(stall.graceBlocks)} later`,
    ],
    [
      'vote',
      `${blocksAndHours(voting.shortestBlocks)} to ${blocksAndHours(voting.longestBlocks)}, ${whoDecides(policy)}`,
    ],
    ['carried out', `by ${routes.join(', else ')}${recovery.lockAgain ? ', then the lock returns' : ''}`],
    ['released', release ? releaseRuleText(release) : null],
    [
      'now',
      optIn === null
        ? 'not opted in'
        : optIn.policy === hash
          ? 'opted in with this policy'
          : `opted in with the policy ${optIn.policy}, which this replaces:`,
    ],
    ...difference.map((line): [string, string] => ['  changes', line]),
    ['tried', `${NOT_ON_CHAIN}; "pararescue rehearse ${paraId} --policy FILE" plays a whole rescue by it`],
    ['warning', lock],
  ]);
  requireAskedAlive(status, stall.gapBlocks, flags);
  if (inForce !== null && !flags.yes) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      `nothing was recorded: this replaces the policy ${optIn?.policy ?? ''} (${difference.join('; ')}). Check the difference and repeat the command with --yes`,
      { details: { difference } },
    );
  }
}

/** The same of an opt-out, which is asked about where a rescue is under way. */
export async function previewOptOut(
  client: ServiceClient,
  paraId: ParaId,
  flags: PreviewFlags,
  io: CommandIo,
): Promise<void> {
  const { optIn, state, approved } = await client.para(paraId);
  const ends = endedBy(state, approved);
  const left = optIn === null ? null : await client.policy(paraId);
  show(flags, io, [
    ['opt-out', `holders of para ${paraId} may decide nothing any more, until its manager opts in again`],
    ['now', optIn === null ? 'not opted in' : `opted in with the policy ${optIn.policy}`],
    [
      'left',
      left &&
        `no decision is carried out by ${left.routes.join(', else ')} any more; what the manager and root may do stays`,
    ],
    ['tried', NOT_ON_CHAIN],
    ['ends', ends],
  ]);
  if (ends === null || flags.yes) return;
  throw new RescueError(
    'RESCUE_REQUEST_INVALID',
    `nothing was recorded: ${ends}. Repeat the command with --yes`,
  );
}

function whoDecides({ voting, collators }: Policy): string {
  const holders = `approval ${voting.approval}, quorum ${voting.quorum}`;
  if (collators === undefined) return holders;
  const voices = `${collators.threshold} of the collators by ${collators.sets.join(' and ')}`;
  return collators.decide === 'alone' ? `${voices} alone, and no holder` : `${holders}, and ${voices}`;
}

function endedBy(state: string, approved: ParaStatus['approved']): string | null {
  if (state === 'voting') return 'the round that is open ends, and its votes count no more';
  if (state === 'optInRescue') return 'the rescue that is open ends, and what was proposed for it';
  return state === 'escalated' && approved !== null
    ? `the approved decision for code ${approved.codeHash} is left for good`
    : null;
}

/** The service holds the same; asked before anybody signs. */
function requireAskedAlive({ observation }: ParaStatus, gap: number, { whileStopped }: PreviewFlags): void {
  if (observation === null || observation.mostRecentContext === null || whileStopped) return;
  if (whyNotStopped(observation, gap) !== null) return;
  throw new RescueError(
    'RESCUE_STATE_REFUSES',
    'nothing was recorded: the para has stopped, and holders decide only where that was asked for while it lived. Its manager, who may schedule code anyway, can say that it shall count all the same, which every voter is told: --while-stopped',
  );
}

function show(flags: PreviewFlags, io: CommandIo, lines: [string, string | null][]): void {
  if (!flags.json) io.stdout(facts(lines));
}
