import { type Token, tokenAmount } from '../amount.ts';
import { USUAL_GAP } from '../chain/living.ts';
import { managerObstacles } from '../chain/manager.ts';
import type { ParaObservation, RelayLimits } from '../chain/observation.ts';
import { readStall } from '../chain/stall.ts';
import type { Policy } from '../policy/policy.ts';
import type { Planck, RelayBlock } from '../units.ts';
import { type Finding, obstacle, ok, unknown, warning } from './finding.ts';
import { blocksAndHours } from './time.ts';

/** Relay blocks to the earliest decision, where no policy says so. */
const USUAL_TIME = 0;

export interface UpgradeFacts {
  readonly observation: ParaObservation;
  /** Undefined when the relay chain's configuration was not read. */
  readonly limits: RelayLimits | undefined;
  /** What the policy says of times; null when none is known. */
  readonly policy: Pick<Policy, 'stall' | 'voting' | 'endorsement'> | null;
  /** What it takes to end the cooldown now; undefined when the chain does not tell. */
  readonly cooldownCost: Planck | undefined;
  readonly token: Token;
}

/** Whether the registrar's manager, whoever that is, could have the code of the para replaced: for all routes that act through it. */
export function upgradeFindings(facts: UpgradeFacts): Finding[] {
  return [lockFinding(facts), pendingFinding(facts), cooldownFinding(facts), ruleFinding(facts)];
}

/** Whether the para has stopped, so that no head of it changes anything any more. */
function isStopped({ observation, policy }: UpgradeFacts): boolean {
  return readStall(observation, policy?.stall.gapBlocks ?? USUAL_GAP).stalled;
}

const UNLOCK =
  'while it lives, the para takes the lock off itself: "pararescue lock remove" prepares the call and the XCM; afterwards only governance of the relay chain can';

function lockFinding(facts: UpgradeFacts): Finding {
  const { registrar } = facts.observation;
  const [problem] = managerObstacles(facts.observation);
  if (!registrar) return obstacle('lock', 'nothing', problem ?? 'nobody manages the para');
  if (registrar.locked === true) {
    return obstacle('lock', 'nothing', 'the para is locked, so its manager may not act', UNLOCK);
  }
  if (registrar.locked === false) return ok('lock', 'the para was unlocked on purpose, so it stays unlocked');
  const sentence = 'the para was never locked, which does not last: its next included head locks it';
  return isStopped(facts)
    ? warning('lock', sentence, 'once it lives again, send "pararescue lock remove" before anything else')
    : obstacle('lock', 'people', sentence, UNLOCK);
}

function pendingFinding(facts: UpgradeFacts): Finding {
  const { observation } = facts;
  const { futureCodeHash, futureCodeUpgrade, futureCodeUpgradeAt, relay } = observation;
  if (futureCodeHash === null) return ok('pending-upgrade', 'no upgrade is pending');
  const what = `an upgrade to ${futureCodeHash} is pending`;
  if (typeof futureCodeUpgradeAt === 'number') {
    const left = Math.max(0, futureCodeUpgradeAt - relay.number);
    return obstacle(
      'pending-upgrade',
      'time',
      `${what}; the relay chain switches at block ${futureCodeUpgradeAt}, in ${blocksAndHours(left)}`,
    );
  }
  if (futureCodeUpgrade !== null && isStopped(facts)) {
    return obstacle(
      'pending-upgrade',
      'nothing',
      `${what}, which takes effect at the next head only, and there is none: the manager can schedule nothing beside it`,
      'governance of the relay chain as root: paras.forceNoteNewHead with the same head enacts it, then paras.authorizeForceSetCurrentCodeHash',
    );
  }
  return obstacle(
    'pending-upgrade',
    'time',
    `${what}; if the para stopped before the switch, its manager could schedule nothing beside it`,
  );
}

function cooldownFinding(facts: UpgradeFacts): Finding {
  const { observation, cooldownCost, token, policy } = facts;
  const { upgradeRestriction, upgradeCooldownUntil: until, relay } = observation;
  if (upgradeRestriction === null) return ok('cooldown', 'no upgrade cooldown runs');
  const fix = `wait, or anyone pays paras.removeUpgradeCooldown${cooldownPrice(cooldownCost, token)}`;
  if (until === null)
    return obstacle('cooldown', 'time', 'the relay chain restricts upgrades of the para', fix);
  const left = Math.max(0, until - relay.number);
  const sentence = `the upgrade cooldown runs until relay block ${until}, for ${blocksAndHours(left)}`;
  const decided = relay.number + untilDecision(policy);
  return until <= decided
    ? warning('cooldown', `${sentence}; it is over before holders could have decided anything`, fix)
    : obstacle('cooldown', 'time', sentence, fix);
}

/** What it takes to end the cooldown now, as the rest of a sentence about that; not every relay chain tells it. */
export function cooldownPrice(cost: Planck | undefined, token: Token): string {
  return cost === undefined
    ? ', at a price that is not known here: runtimes tell it by a view function, remove_upgrade_cooldown_cost, which not every one has'
    : `, which burns ${tokenAmount(cost, token)} if it is done now`;
}

/** From a stop that began now to the earliest decision. */
function untilDecision(policy: UpgradeFacts['policy']): RelayBlock {
  if (policy === null) return USUAL_TIME;
  const { stall, voting, endorsement } = policy;
  const vote = Math.min(voting.shortestBlocks, endorsement?.shortestBlocks ?? voting.shortestBlocks);
  return stall.gapBlocks + stall.graceBlocks + vote;
}

function ruleFinding({ limits }: UpgradeFacts): Finding {
  if (limits === undefined) {
    return unknown('upgrade-rule', "the relay chain's configuration could not be read");
  }
  if (limits.appliesAtExpectedBlock) {
    return ok(
      'upgrade-rule',
      'the relay chain switches code at the expected block, without a head of the para',
    );
  }
  return obstacle(
    'upgrade-rule',
    'nothing',
    'this relay chain still applies upgrades only at the next included head, so a code scheduled by the manager never reaches a halted para, and may keep it from ever building a block again',
    'root of the relay chain (paras.forceSetCurrentCode), or substitutes on the nodes of the para',
  );
}
