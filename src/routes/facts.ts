import { reachOf } from '../domain/chain/acting.ts';
import { managerObstacles, managersObstacle } from '../domain/chain/manager.ts';
import type { ParaObservation, RelayLimits } from '../domain/chain/observation.ts';
import type { ChainFact, PlainFact } from '../domain/route/facts.ts';
import type { RouteStep } from '../domain/route/route.ts';
import type { ApprovalView, ChainView, ContractView, MultisigView } from '../domain/route/view.ts';
import type { AccountHex } from '../domain/units.ts';
import { optInProblem } from './contract/terms.ts';

/** Whether the fact holds in this view. What the view does not show does not hold. */
export function holds(fact: ChainFact, view: ChainView): boolean {
  return whyNot(fact, view) === null;
}

/** Whether the view shows what the fact is about at all, so that it can be told whether it holds. */
export function isReadable(fact: ChainFact, view: ChainView): boolean {
  if (fact.kind === 'any-of') return fact.facts.every((one) => isReadable(one, view));
  if (isOf(LIMIT_FACTS, fact)) return view.limits !== null;
  if (isOf(CONTRACT_FACTS, fact)) return view.contract !== null;
  if (isOf(MULTISIG_FACTS, fact)) return view.multisig != null;
  return !isOf(APPROVAL_FACTS, fact) || view.approval !== null;
}

/** Why these facts do not all hold, a sentence each; empty when they do. */
export function obstacles(facts: readonly ChainFact[], view: ChainView): string[] {
  return [...new Set(facts.flatMap((fact) => whyNot(fact, view) ?? []))];
}

/**
 * What stands in the way of a whole plan: of each call that is not done yet, every fact that it needs and that no earlier
 * step brings about. The call that schedules the code counts as not done in any case: a code that is scheduled or current
 * already leaves nothing to carry out, and came there without this decision.
 */
export function planObstacles(steps: readonly RouteStep[], view: ChainView): string[] {
  const brought: ChainFact[] = [];
  const needed: ChainFact[] = [];
  for (const { call, before, after } of steps) {
    const open = after.some((fact) => fact.kind === 'code-scheduled-or-current' || !holds(fact, view));
    if (call && open) needed.push(...before.filter((fact) => !brought.some((known) => isSame(known, fact))));
    brought.push(...after);
  }
  return obstacles(needed, view);
}

function isSame(a: ChainFact, b: ChainFact): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Why the fact does not hold in this view, in a sentence that tells what helps where something does; null when it holds. */
export function whyNot(fact: ChainFact, view: ChainView): string | null {
  if (fact.kind === 'any-of') {
    const reasons = fact.facts.map((one) => whyNot(one, view));
    return reasons.includes(null) ? null : reasons.join(', and ');
  }
  const { limits, contract, approval, observation } = view;
  if (isOf(LIMIT_FACTS, fact)) {
    return limits === null ? "the relay chain's configuration was not read" : limitReason(fact, limits);
  }
  if (isOf(CONTRACT_FACTS, fact)) {
    return contract === null
      ? 'the rescue contract cannot be read'
      : contractReason(fact, contract, observation);
  }
  if (isOf(APPROVAL_FACTS, fact)) {
    return approval === null
      ? 'the multisig of the rescue contract was not read'
      : approvalReason(fact, approval, observation);
  }
  if (isOf(MULTISIG_FACTS, fact)) return multisigReason(fact, view.multisig ?? null);
  return relayReason(fact, observation);
}

const LIMIT_FACTS = [
  'code-size-allowed',
  'head-size-allowed',
  'switches-without-head',
  'registrar-takes-code',
] as const;
/** Of the contracts chain; every other fact is read on the relay chain. */
export const CONTRACT_FACTS = [
  'contract-opted-in',
  'contract-epoch-is',
  'contract-decided',
  'watcher-supports',
  'decision-overtaken',
  'decision-sent',
  'decision-cancelled',
  'support-withdrawn',
  'cancel-attested',
  'delivery-paid',
] as const;
const APPROVAL_FACTS = [
  'multisig-acts-for-manager',
  'funds-at-least',
  'no-approval-pending',
  'approval-pending',
] as const;

const MULTISIG_FACTS = ['multisig-approved'] as const;

type Kinds<Kind extends PlainFact['kind']> = Extract<PlainFact, { readonly kind: Kind }>;
type LimitFact = Kinds<(typeof LIMIT_FACTS)[number]>;
type ContractFact = Kinds<(typeof CONTRACT_FACTS)[number]>;
type ApprovalFact = Kinds<(typeof APPROVAL_FACTS)[number]>;
type MultisigFact = Kinds<(typeof MULTISIG_FACTS)[number]>;
type RelayFact = Exclude<PlainFact, LimitFact | ContractFact | ApprovalFact | MultisigFact>;

export function isOf<Kind extends PlainFact['kind']>(
  kinds: readonly Kind[],
  fact: PlainFact,
): fact is Kinds<Kind> {
  return (kinds as readonly string[]).includes(fact.kind);
}

function relayReason(fact: RelayFact, seen: ParaObservation): string | null {
  const { registrar, head } = seen;
  switch (fact.kind) {
    case 'registrar-manager-is': {
      if (!registrar) return managerObstacles(seen)[0] ?? null;
      const { manager } = registrar;
      return manager === fact.account
        ? null
        : `the registrar's manager of the para is ${manager}, not ${fact.account}`;
    }
    case 'registrar-unlocked':
      return managerObstacles(seen)[0] ?? null;
    case 'registrar-locked':
      return registrar?.locked === true ? null : 'the para is not locked';
    case 'no-upgrade-pending':
      return seen.futureCodeHash === null ? null : `an upgrade to ${seen.futureCodeHash} is already pending`;
    case 'upgrade-allowed': {
      if (seen.upgradeRestriction === null) return null;
      const until = seen.upgradeCooldownUntil;
      const end = until === null ? '' : ` until relay block ${until} (now ${seen.relay.number})`;
      return `the upgrade cooldown runs${end}; anyone may pay paras.removeUpgradeCooldown to end it`;
    }
    case 'head-is':
      return head?.hash === fact.hash
        ? null
        : `the para's head is ${head?.hash ?? 'unreadable'}, not ${fact.hash}: it moved`;
    case 'head-data-is':
      return seen.headData === fact.data ? null : 'the relay chain stores another head';
    case 'code-is-other-than':
      return seen.currentCodeHash === fact.codeHash
        ? 'the relay already stores this code: scheduling it again would do nothing'
        : null;
    case 'code-scheduled-or-current':
      if (seen.futureCodeHash === fact.codeHash || seen.currentCodeHash === fact.codeHash) return null;
      return seen.upgradeGoAhead === 'Abort'
        ? 'the validators rejected the code (upgrade signal Abort)'
        : `the code ${fact.codeHash} is neither scheduled nor current`;
    case 'code-is':
      return seen.currentCodeHash === fact.codeHash ? null : `the relay stores code ${seen.currentCodeHash}`;
    case 'code-authorised': {
      const { authorizedCode } = seen;
      if (authorizedCode === undefined) return 'this relay chain has no authorised code hashes';
      if (authorizedCode === null) return 'no code is authorised for the para';
      if (authorizedCode.codeHash !== fact.codeHash) {
        return `the relay's root authorised other code for the para: ${authorizedCode.codeHash}`;
      }
      return authorizedCode.expireAt > seen.relay.number + 1
        ? null
        : `the authorisation of this code ended with relay block ${authorizedCode.expireAt - 1}`;
    }
    case 'no-other-upgrade-pending':
      return seen.futureCodeHash === null || seen.futureCodeHash === fact.codeHash
        ? null
        : otherUpgrade(seen.futureCodeHash, seen);
    case 'heads-after': {
      const wanted = fact.head + fact.count;
      return head !== null && head.number >= wanted
        ? null
        : `the para's head is ${head?.number ?? 'unreadable'}, it has to reach ${wanted}`;
    }
  }
}

function otherUpgrade(pending: string, { futureCodeUpgrade, futureCodeUpgradeAt }: ParaObservation): string {
  if (futureCodeUpgrade !== null) {
    return `an upgrade to ${pending} waits for a head of the para: the first block after the rescue would move to that code; root notes the para's head before it authorises (pararescue governance prepare)`;
  }
  const when = typeof futureCodeUpgradeAt === 'number' ? ` at relay block ${futureCodeUpgradeAt}` : '';
  return `an upgrade to ${pending} takes effect${when} and would overwrite the code`;
}

function limitReason(fact: LimitFact, limits: RelayLimits): string | null {
  switch (fact.kind) {
    case 'code-size-allowed':
      return fact.bytes <= limits.maxCodeSize
        ? null
        : `the code has ${fact.bytes} bytes, the relay takes at most ${limits.maxCodeSize}`;
    case 'head-size-allowed':
      return fact.bytes <= limits.maxHeadDataSize
        ? null
        : `the head has ${fact.bytes} bytes, the relay takes at most ${limits.maxHeadDataSize}`;
    case 'switches-without-head':
      return limits.appliesAtExpectedBlock
        ? null
        : 'this relay chain still applies upgrades only at the next included head, so a code scheduled by the manager never reaches a halted para';
    case 'registrar-takes-code':
      return managersObstacle(limits);
  }
}

function contractReason(fact: ContractFact, view: ContractView, seen: ParaObservation): string | null {
  const { state, decisions } = view;
  switch (fact.kind) {
    case 'contract-opted-in':
      return optInProblem(state, seen, fact.policy);
    case 'contract-epoch-is':
      return state.epoch === BigInt(fact.epoch)
        ? null
        : `the rescue contract is in epoch ${state.epoch}, not in ${fact.epoch}: its rules were changed`;
    case 'contract-decided': {
      const decided = state.decided === null ? undefined : decisions.get(state.decided);
      const inForce =
        decided?.decision.codeHash === fact.codeHash && (decided.sent || decided.executableAt !== null);
      return inForce ? null : 'too few watchers attested the decision to the rescue contract';
    }
    case 'watcher-supports':
      return supportOf(view, fact.watcher) === fact.decision
        ? null
        : `the rescue contract does not count the support of ${fact.watcher} for decision ${fact.decision}`;
    case 'decision-overtaken':
      return isOvertaken(fact, view) ? null : 'no other decision has taken its place';
    case 'decision-sent':
      return decisions.get(fact.decision)?.sent === true ? null : `decision ${fact.decision} is not sent`;
    case 'decision-cancelled':
      return decisions.get(fact.decision)?.cancelled === true
        ? null
        : `the approval of decision ${fact.decision} is not taken back`;
    case 'support-withdrawn':
      return supportOf(view, fact.watcher) === fact.decision
        ? `${fact.watcher} still supports decision ${fact.decision}`
        : null;
    case 'cancel-attested': {
      const { cancelSupport: support } = view;
      const same =
        support?.decision === fact.decision &&
        support.when.height === fact.when.height &&
        support.when.index === fact.when.index;
      return same && support.watchers.includes(fact.watcher)
        ? null
        : `${fact.watcher} has not attested that the approval is to be taken back`;
    }
    case 'delivery-paid':
      return state.balance >= BigInt(fact.amount)
        ? null
        : `the contract ${fact.contract} holds ${state.balance} on its chain, but the delivery of the message costs ${fact.amount}`;
  }
}

function approvalReason(fact: ApprovalFact, view: ApprovalView, seen: ParaObservation): string | null {
  const { parties, state } = view;
  switch (fact.kind) {
    case 'multisig-acts-for-manager':
      return actingReason(fact.multisig, view, seen);
    case 'funds-at-least':
      return state.derivedFree >= BigInt(fact.amount)
        ? null
        : `the contract's derived account ${fact.account} can spend ${state.derivedFree} on the relay chain, but needs ${fact.amount} for the message and as a deposit`;
    case 'no-approval-pending':
      return state.approval === null
        ? null
        : `an approval of this call by ${state.approval.depositor} is already pending in the multisig: it has to be cancelled by that account first, because the contract must be the first to approve`;
    case 'approval-pending': {
      const by = fact.by ?? parties.derived;
      return state.approval?.depositor === by ? null : `no approval of the call by ${by} is pending`;
    }
  }
}

function actingReason(multisig: AccountHex, { state }: ApprovalView, seen: ParaObservation): string | null {
  if (!seen.registrar) return managerObstacles(seen)[0] ?? null;
  const { manager } = seen.registrar;
  const reach = reachOf(manager, multisig, state.proxies);
  return reach.kind === 'none'
    ? `the manager of the para is ${manager}: it must be the multisig ${multisig} of contract and operators, or have it as a proxy of the kind Any without a delay; ${reach.reason}`
    : null;
}

function multisigReason(fact: MultisigFact, view: MultisigView | null): string | null {
  if (view === null) return 'the multisig was not read';
  const seen = view.account === fact.multisig && view.callHash === fact.callHash;
  return seen && view.state.approval?.approvals.includes(fact.by)
    ? null
    : `the multisig ${fact.multisig} holds no approval of call ${fact.callHash} by ${fact.by}`;
}

/** Its round went on without it: its attempt was sent, the round is over, or another decision has the threshold. */
function isOvertaken(
  fact: Extract<ContractFact, { readonly kind: 'decision-overtaken' }>,
  { state, decisions, round }: ContractView,
): boolean {
  if (round?.roundId === fact.roundId && (round.over || round.attempt > fact.attempt)) return true;
  if (state.decided === null || state.decided === fact.decision) return false;
  const other = decisions.get(state.decided);
  return other?.decision.roundId === fact.roundId && other.executableAt !== null;
}

function supportOf({ state }: ContractView, watcher: string): string | null {
  return state.watchers.find(({ address }) => address === watcher)?.supports ?? null;
}
