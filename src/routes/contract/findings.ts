import { tokenAmount } from '../../domain/amount.ts';
import { type Address, type ContractState, NO_CALL } from '../../domain/contract/rescue-contract.ts';
import type { ContractTerms, Policy } from '../../domain/policy/policy.ts';
import type { Peer } from '../../domain/ports/peer.ts';
import { answerOf, type Unanswered } from '../../domain/readiness/answer-of.ts';
import {
  type CheckName,
  type Finding,
  obstacle,
  ok,
  unknown,
  warning,
} from '../../domain/readiness/finding.ts';
import { upgradeFindings } from '../../domain/readiness/upgrade-findings.ts';
import type { ChainFact } from '../../domain/route/facts.ts';
import { type ApprovalView, type ChainView, viewOfRelay } from '../../domain/route/view.ts';
import type { AccountHex, Hex, ParaId, Planck } from '../../domain/units.ts';
import { feeFinding } from '../account-findings.ts';
import { whyNot } from '../facts.ts';
import type { RouteLook } from '../look.ts';
import type { RouteContext } from '../route-context.ts';
import { arrivingFacts, optedInFact } from './plan.ts';
import { missingContract } from './rescue.ts';
import type { WatchedContract } from './watched-contract.ts';

/** What of a rescue contract is looked at. */
export type SeenContract = Pick<WatchedContract, 'contract' | 'self' | 'refresh'>;

export interface ContractFindingsContext extends Pick<RouteContext, 'relay' | 'submitter'> {
  readonly contracts: ReadonlyMap<ParaId, SeenContract>;
  /** Other services, which may be those of other watchers. */
  readonly peers: readonly Pick<Peer, 'name' | 'proposals'>[];
}

/** Whether the rescue contract and the operators could carry out a decision now. */
export async function contractFindings(
  context: ContractFindingsContext,
  look: RouteLook,
): Promise<Finding[]> {
  const { observation, policy, limits, costs, token } = look;
  const rules = policy?.rules ?? null;
  const shared = { observation, limits, policy: rules, cooldownCost: costs.cooldown, token };
  const upgrade = upgradeFindings(shared);
  const watched = context.contracts.get(observation.paraId);
  const terms = policy?.rules.contract;
  if (!policy || !watched || !terms) {
    const sentence = policy
      ? (missingContract(context.contracts, { paraId: observation.paraId, policy: policy.rules }) ?? '')
      : 'no policy is known, so no rescue contract either';
    return [...upgrade, obstacle('contract', 'nothing', sentence)];
  }
  const state = await answerOf(() => watched.refresh());
  if ('trouble' in state) {
    const why = `the rescue contract could not be read: ${state.trouble}`;
    return [...upgrade, ...NEEDS_CONTRACT.map((check) => unknown(check, why))];
  }
  const problem = missingContract(context.contracts, { paraId: observation.paraId, policy: policy.rules });
  if (problem !== null) return [...upgrade, obstacle('contract', 'nothing', problem)];
  const parties = watched.contract.parties(terms.operators as Hex[]);
  const approval = await answerOf(async (): Promise<ApprovalView> => {
    const manager = observation.registrar?.manager ?? null;
    return { parties, state: await context.relay.approvalState(parties, NO_CALL, manager) };
  });
  return [
    ...upgrade,
    ...multisigFindings(look, terms, approval),
    ...(await contractSide(context, watched, { ...policy, rules: policy.rules, terms }, look, state)),
    await operatorFinding(context, terms, look),
  ];
}

/** What cannot be told while the contract does not answer. */
const NEEDS_CONTRACT: readonly CheckName[] = [
  'contract',
  'contract-opt-in',
  'multisig',
  'contract-funds',
  'operator',
  'watchers',
];

/** That the multisig may act for the manager, and the derived account can pay for it. */
function multisigFindings(
  look: RouteLook,
  terms: ContractTerms,
  approval: ApprovalView | Unanswered,
): Finding[] {
  if ('trouble' in approval) {
    const why = `the multisig of contract and operators could not be read: ${approval.trouble}`;
    return [unknown('multisig', why), unknown('contract-funds', why)];
  }
  const { parties, state } = approval;
  const view: ChainView = { ...viewOfRelay(look.observation, look.limits ?? null), approval };
  const subject = { terms, parties, callHash: NO_CALL };
  const acting = whyNot({ kind: 'multisig-acts-for-manager', multisig: parties.multisig }, view);
  const needed = BigInt(terms.fee) + state.deposit;
  const lacking = needed - state.derivedFree;
  const unpaid = arrivingFacts(subject, state.deposit).some((fact) => whyNot(fact, view) !== null);
  const funds = `the contract's derived account ${parties.derived} can spend ${tokenAmount(state.derivedFree, look.token)} on the relay chain; its message and the deposit of the approval need ${tokenAmount(needed, look.token)}`;
  return [
    acting === null
      ? ok('multisig', `the multisig ${parties.multisig} of contract and operators acts for the manager`)
      : obstacle(
          'multisig',
          'nothing',
          acting,
          'as the manager: make the multisig a proxy of kind Any without delay ("pararescue contract address" names it)',
        ),
    unpaid
      ? obstacle(
          'contract-funds',
          'people',
          funds,
          `send it ${tokenAmount(lacking > 0n ? lacking : 0n, look.token)} on the relay chain`,
        )
      : ok('contract-funds', funds),
  ];
}

/** What stands on the contracts chain. */
async function contractSide(
  context: ContractFindingsContext,
  watched: SeenContract,
  { rules, hash, terms }: { readonly rules: Policy; readonly hash: Hex; readonly terms: ContractTerms },
  look: RouteLook,
  state: ContractState,
): Promise<Finding[]> {
  const address = terms.address as Address;
  const contract = { address, state, decisions: new Map(), round: null, cancelSupport: null };
  const view: ChainView = { ...viewOfRelay(look.observation, look.limits ?? null), contract };
  const fact: ChainFact = optedInFact({ terms, policyHash: hash });
  const notOptedIn = whyNot(fact, view);
  return [
    await deliveryFinding(watched, terms, state),
    notOptedIn === null
      ? ok('contract-opt-in', `the rescue contract ${address} is opted in with this policy`)
      : obstacle(
          'contract-opt-in',
          'people',
          notOptedIn,
          'the para or its registered manager opts in at the contract: "pararescue contract opt-in"',
        ),
    await watchersFinding(context, watched, rules.para, state),
  ];
}

async function deliveryFinding(
  { contract }: SeenContract,
  terms: ContractTerms,
  { balance }: ContractState,
): Promise<Finding> {
  const { message } = contract.wrap(NO_CALL, BigInt(terms.fee));
  const fee = await answerOf(
    async (): Promise<{ readonly amount: Planck | null }> => ({
      amount: await contract.deliveryFee(message),
    }),
  );
  if ('trouble' in fee) {
    return unknown('contract', `what the delivery of its message costs could not be read: ${fee.trouble}`);
  }
  const { amount } = fee;
  if (amount === null) return ok('contract', `the rescue contract ${terms.address} answers`);
  const holds = `the rescue contract ${terms.address} holds ${balance} planck on its chain, the delivery of its message takes about ${amount}`;
  return balance >= amount
    ? ok('contract', holds)
    : obstacle('contract', 'people', holds, `send it ${amount - balance} planck on the contracts chain`);
}

/** Whether as many watchers as the contract asks for seem to be there: this service, and others that answer. */
async function watchersFinding(
  { peers }: ContractFindingsContext,
  { self }: SeenContract,
  paraId: ParaId,
  { watchers, threshold }: ContractState,
): Promise<Finding> {
  const isWatcher = watchers.some(({ address }) => address === self);
  const answers = await Promise.all(peers.map((peer) => isThere(peer, paraId)));
  const there = answers.filter((answers) => answers).length;
  const own = isWatcher ? 'this service is one of them' : 'this service is none of them';
  const sentence = `${threshold} of ${watchers.length} watchers have to attest a decision; ${own}, and ${there} of ${peers.length} other services answer`;
  if (there + (isWatcher ? 1 : 0) >= threshold) return ok('watchers', sentence);
  return warning(
    'watchers',
    sentence,
    'make sure that the other watchers run, and name their services under "peers" in the configuration',
  );
}

async function isThere(peer: Pick<Peer, 'proposals'>, paraId: ParaId): Promise<boolean> {
  try {
    await peer.proposals(paraId);
    return true;
  } catch {
    return false;
  }
}

/** Whether somebody could supply the code. */
async function operatorFinding(
  { submitter }: ContractFindingsContext,
  { operators }: ContractTerms,
  look: RouteLook,
): Promise<Finding> {
  const signer = submitter.signer();
  const isOwn = signer !== null && operators.includes(signer);
  const read = await answerOf(() => look.accounts(isOwn ? [signer] : (operators as AccountHex[])));
  if ('trouble' in read) {
    return unknown('operator', `the accounts of the operators could not be read: ${read.trouble}`);
  }
  const [first] = read.accounts;
  if (isOwn && first) return feeFinding('operator', "this service's operator account", first, look);
  const findings = read.accounts.map((account) => feeFinding('operator', 'the operator', account, look));
  const able = findings.find(({ result }) => result === 'ok');
  if (able === undefined) return findings[0] ?? unknown('operator', 'the policy names no operator');
  return warning(
    'operator',
    `${able.sentence}; whether its key is at hand cannot be known here`,
    "keep an operator's key within reach, or give it to this service (signer in the configuration)",
  );
}
