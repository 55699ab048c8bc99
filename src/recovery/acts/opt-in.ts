import { requireActable } from '../../domain/chain/actable.ts';
import type { ParaHeadRef, ParaObservation } from '../../domain/chain/observation.ts';
import { RescueError } from '../../domain/errors.ts';
import { type HashedPolicy, type Policy, policyHash } from '../../domain/policy/policy.ts';
import { policyObstacles } from '../../domain/policy/policy-obstacles.ts';
import type { Ledger } from '../../domain/ports/ledger.ts';
import type { RelayReader } from '../../domain/ports/relay.ts';
import { lastingObstacles } from '../../domain/readiness/finding.ts';
import type { ManagerOptIn, OptIn, OptInMeant } from '../../domain/round/round.ts';
import type { Hex, RelayBlock } from '../../domain/units.ts';
import type { LookAtRoutes } from '../../readiness/look-at-routes.ts';
import { reachAt } from '../../routes/acting.ts';
import { verifyOptIn } from '../../voting/ballots/opt-in-signatures.ts';
import { readPowerLayout } from '../../voting/power/layout/metadata-layout.ts';
import { collectElectorate, type Electors } from '../../voting/power/proven-power.ts';
import type { EventHub } from '../event-hub.ts';
import type { ParaTracker } from '../para/tracker.ts';
import { lateOptIn } from './late-opt-in.ts';

export interface OptInContext {
  readonly genesis: Hex;
  readonly relay: RelayReader;
  readonly ledger: Ledger;
  readonly hub: EventHub;
  readonly lookAtRoutes: LookAtRoutes;
}

/** Takes an opt-in or opt-out of a para's registrar manager; see `RescueService.optIn`. */
export async function recordOptIn(
  context: OptInContext,
  tracker: ParaTracker,
  optIn: ManagerOptIn,
  offered: HashedPolicy | null,
  meant: OptInMeant = { whileStopped: false },
): Promise<ManagerOptIn> {
  const { genesis, relay, ledger, hub } = context;
  if (optIn.relayGenesis !== genesis) {
    throw refused(
      `It is for the relay chain with genesis ${optIn.relayGenesis}, but this service watches ${genesis}.`,
    );
  }
  checkSequence(tracker.optIn(), optIn);
  const signer = verifyOptIn(optIn);

  // Fresh, not the watcher's last block: the manager may have changed a moment ago.
  const { paras } = await relay.observe([tracker.para.id]);
  const observation = paras.find((entry) => entry.paraId === tracker.para.id);
  if (observation) requireActable(observation);
  const manager = observation?.registrar?.manager;
  if (!observation || manager !== optIn.account) {
    throw refused(
      manager === undefined
        ? `Para ${tracker.para.id} has no registrar manager on this relay chain, so nobody can sign for it.`
        : `It is signed for ${optIn.account}, but the registrar manager of para ${tracker.para.id} is ${manager}.`,
    );
  }
  const reach = await reachAt(relay, manager, signer);
  if (reach.kind === 'none') {
    throw refused(`Whoever signed cannot act for the registrar manager: ${reach.reason}.`);
  }
  let whileStopped: RelayBlock | null = null;
  if (optIn.action === 'opt-in') {
    if (!offered) throw refused('An opt-in comes with its policy.');
    if (offered.hash !== optIn.policy) {
      throw refused(`The policy sent has hash ${offered.hash}, but ${optIn.policy} was signed.`);
    }
    whileStopped = lateOptIn(observation, offered.policy, meant);
    await requireExecutable(context, tracker, observation, offered.policy);
  }
  const { whileStopped: _, ...signed } = optIn;
  const kept = { ...signed, ...(whileStopped !== null && { whileStopped }) };
  return tracker.queue.run(async () => {
    requireOpenState(tracker.runner.state(), optIn);
    checkSequence(tracker.optIn(), optIn);
    await ledger.putOptIn(kept, optIn.action === 'opt-in' ? (offered?.policy ?? null) : null);
    tracker.setOptIn(kept);
    hub.tell(optIn.paraId, optIn.action === 'opt-in' ? 'opted-in' : 'opted-out', {
      by: 'manager',
      policy: optIn.policy,
      account: optIn.account,
      sequence: optIn.sequence,
    });
    await tracker.review();
    return kept;
  });
}

/** @throws RESCUE_POLICY_UNEXECUTABLE with everything that stands against the policy */
export async function requireExecutable(
  { genesis, lookAtRoutes }: Pick<OptInContext, 'genesis' | 'lookAtRoutes'>,
  tracker: ParaTracker,
  observation: ParaObservation,
  policy: Policy,
): Promise<void> {
  const found = await lookAtRoutes({ rules: policy, hash: policyHash(policy) }, observation);
  const prospects = found.flatMap(({ findings }) =>
    lastingObstacles(findings).map(({ sentence, fix }) => (fix === null ? sentence : `${sentence}: ${fix}`)),
  );
  const obstacles = policyObstacles(policy, {
    relayGenesis: genesis,
    observation,
    prospects: [...new Set(prospects)],
    electors: await provenElectors(tracker, observation.head, policy),
  });
  if (obstacles.length > 0) throw unexecutable(obstacles);
}

export function unexecutable(obstacles: readonly string[]): RescueError {
  return new RescueError(
    'RESCUE_POLICY_UNEXECUTABLE',
    `This policy could never be carried out: ${obstacles.join('; ')}.`,
    { details: { obstacles } },
  );
}

/** Who could vote at the last included head, or undefined for a para without one. */
async function provenElectors(
  tracker: ParaTracker,
  head: ParaHeadRef | null,
  policy: Policy,
): Promise<Electors | undefined> {
  if (!head) return undefined;
  const { reader } = tracker.para;
  const layout = await readPowerLayout(await reader.metadata(head), policy);
  const fetch = (keys: readonly Uint8Array[]) => reader.prove(head, keys);
  return collectElectorate(policy, head.stateRoot, fetch, layout);
}

function checkSequence(known: OptIn | null, next: OptIn): void {
  if (known && next.sequence <= known.sequence) {
    throw refused(`Sequence ${known.sequence} is already recorded; sign with a higher one.`);
  }
  if (next.action === 'opt-out' && known?.action !== 'opt-in') throw refused('The para is not opted in.');
}

/** The rules of a running rescue stay as they are; leaving is possible until the decision was made. */
export function requireOpenState(state: string, optIn: Pick<OptIn, 'action'>): void {
  const allowed =
    optIn.action === 'opt-in'
      ? ['healthy', 'stalled']
      : ['healthy', 'stalled', 'optInRescue', 'voting', 'escalated'];
  if (allowed.includes(state)) return;
  throw new RescueError(
    'RESCUE_STATE_REFUSES',
    `The para is in state ${state}; an ${optIn.action} is taken in ${allowed.join(', ')}.`,
  );
}

export function refused(sentence: string): RescueError {
  return new RescueError('RESCUE_OPT_IN_INVALID', sentence);
}
