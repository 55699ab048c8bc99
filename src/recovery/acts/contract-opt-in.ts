import type { ParaObservation } from '../../domain/chain/observation.ts';
import type { ContractState } from '../../domain/contract/rescue-contract.ts';
import { type Policy, policyHash } from '../../domain/policy/policy.ts';
import type { Ledger } from '../../domain/ports/ledger.ts';
import type { RelayReader } from '../../domain/ports/relay.ts';
import type { ContractOptIn } from '../../domain/round/round.ts';
import type { Hex } from '../../domain/units.ts';
import type { ContractDesk } from '../../routes/contract/desk.ts';
import { approvalObstacles, contractObstacles } from '../../routes/contract/plan.ts';
import type { EventHub } from '../event-hub.ts';
import type { ParaDesk } from '../para/para-desk.ts';
import { refused, requireExecutable, requireOpenState } from './opt-in-office.ts';

export interface ContractOptInOffice {
  readonly genesis: Hex;
  readonly relay: RelayReader;
  readonly ledger: Ledger;
  readonly hub: EventHub;
}

/** What following a contract needs. */
type ContractPlace = Pick<ContractDesk['contract'], 'genesis' | 'address'>;
type FollowOffice = Pick<ContractOptInOffice, 'genesis'> & {
  readonly ledger: Pick<Ledger, 'policy' | 'putOptIn'>;
  readonly hub: Pick<EventHub, 'tell'>;
};
type FollowDesk = Pick<ParaDesk, 'optIn' | 'setOptIn' | 'review'> & {
  readonly para: Pick<ParaDesk['para'], 'id'>;
};

/** Stands for the call whose hash is not known before there is a code. */
const NO_CALL: Hex = `0x${'00'.repeat(32)}`;

/** Takes the policy whose hash the rescue contract recorded; see `RescueService.adoptPolicy`. */
export async function adoptPolicy(
  office: ContractOptInOffice,
  desk: ParaDesk,
  policy: Policy,
): Promise<ContractOptIn> {
  const { relay } = office;
  const contractDesk = desk.para.contract;
  if (!contractDesk) throw refused(`No rescue contract is configured for para ${desk.para.id}.`);
  const { contract } = contractDesk;
  const state = await contractDesk.refresh();
  const hash = policyHash(policy);
  const { paras } = await relay.observe([desk.para.id]);
  const observation = paras.find((entry) => entry.paraId === desk.para.id);
  if (!observation) throw refused(`The relay chain does not know para ${desk.para.id}.`);
  const [problem] = contractObstacles(state, observation, hash);
  if (problem !== undefined) throw refused(`${problem[0]?.toUpperCase()}${problem.slice(1)}.`);
  // Anybody may send the policy, and as often as he likes.
  const known = ofContract(desk, contract);
  if (known?.action === 'opt-in' && known.policy === hash) return known;
  if (isLeftByManager(desk, observation)) {
    throw refused(
      `The registrar manager ${observation.registrar?.manager} opted out, which anybody who sends the policy cannot undo: it has to opt in again.`,
    );
  }
  await requireExecutable(office, desk, observation, policy, [
    ...termsObstacles(contractDesk, policy),
    ...(await managerObstacles(relay, contractDesk, observation, policy)),
  ]);
  return desk.queue.run(async () => {
    requireOpenState(desk.runner.state(), { action: 'opt-in' });
    const optIn = actOf(office, desk, contract, state, 'opt-in', hash);
    await office.ledger.putOptIn(optIn, policy);
    await announce(office, desk, optIn);
    return optIn;
  });
}

/** A dead para that its manager wants to stay dead: his signed opt-out stands while he is the manager. */
function isLeftByManager(desk: Pick<ParaDesk, 'optIn'>, { registrar }: ParaObservation): boolean {
  const known = desk.optIn();
  if (known === null || 'contract' in known || known.action !== 'opt-out') return false;
  return known.account === registrar?.manager;
}

/** The recorded act, if it is one of this contract. */
function ofContract(
  desk: Pick<ParaDesk, 'optIn'>,
  { genesis, address }: ContractPlace,
): ContractOptIn | null {
  const known = desk.optIn();
  if (known === null || !('contract' in known)) return null;
  return known.contract.genesis === genesis && known.contract.address === address ? known : null;
}

/**
 * Brings the record of the opt-in in line with the contract: what the contract no longer says is over, and a policy
 * that was checked before is in force again as soon as the contract names it. The act of another contract, which was
 * configured before this one, no longer counts. Call inside the desk's queue.
 */
export async function followContract(
  office: FollowOffice,
  desk: FollowDesk,
  { contract }: { readonly contract: ContractPlace },
  state: Pick<ContractState, 'policyHash' | 'epoch'>,
): Promise<void> {
  const known = desk.optIn();
  const recorded = known !== null && 'contract' in known ? known : null;
  if (recorded === null) return;
  const inForce = recorded.action === 'opt-in' ? recorded.policy : null;
  if (inForce === state.policyHash && (inForce === null || ofContract(desk, contract) !== null)) return;
  const policy = state.policyHash === null ? null : await office.ledger.policy(state.policyHash);
  const optIn =
    policy !== null && state.policyHash !== null
      ? actOf(office, desk, contract, state, 'opt-in', state.policyHash)
      : actOf(office, desk, contract, state, 'opt-out', recorded.policy);
  if (optIn.action === 'opt-out' && recorded.action === 'opt-out') return;
  await office.ledger.putOptIn(optIn, policy);
  await announce(office, desk, optIn);
}

/** Why the policy does not go with the contract that this service knows; empty when it does. */
function termsObstacles({ contract }: ContractDesk, { contract: terms, routes }: Policy): string[] {
  if (!terms) return routes.includes('contract') ? ['the policy names no rescue contract'] : [];
  if (terms.address !== contract.address || terms.genesis !== contract.genesis) {
    return [
      `the policy names the contract ${terms.address} on the chain ${terms.genesis}, but this service is configured with ${contract.address} on ${contract.genesis}`,
    ];
  }
  return [];
}

/** Whether the contract's multisig may act for the manager. Funds are looked at later: they can still be sent. */
async function managerObstacles(
  relay: RelayReader,
  { contract }: ContractDesk,
  observation: Parameters<typeof approvalObstacles>[0],
  { contract: terms, routes }: Policy,
): Promise<string[]> {
  if (!terms || !routes.includes('contract')) return [];
  const parties = contract.parties(terms.operators as Hex[]);
  const manager = observation.registrar?.manager ?? null;
  const approval = await relay.approvalState(parties, NO_CALL, manager);
  return approvalObstacles(observation, parties, { ...approval, derivedFree: approval.deposit }, 0n);
}

function actOf(
  { genesis }: Pick<ContractOptInOffice, 'genesis'>,
  desk: FollowDesk,
  { genesis: chain, address }: ContractPlace,
  state: Pick<ContractState, 'epoch'>,
  action: ContractOptIn['action'],
  policy: Hex,
): ContractOptIn {
  // Above what is recorded, so that it counts, whoever acted before.
  const sequence = Math.max(Number(state.epoch), (desk.optIn()?.sequence ?? -1) + 1);
  return {
    paraId: desk.para.id,
    action,
    relayGenesis: genesis,
    policy,
    sequence,
    contract: { genesis: chain, address },
  };
}

async function announce(
  { hub }: Pick<FollowOffice, 'hub'>,
  desk: FollowDesk,
  optIn: ContractOptIn,
): Promise<void> {
  desk.setOptIn(optIn);
  const { action, policy, contract } = optIn;
  hub.tell(
    optIn.paraId,
    action === 'opt-in' ? 'opted-in' : 'opted-out',
    action === 'opt-in'
      ? `the rescue contract ${contract.address} recorded policy ${policy}`
      : `the rescue contract ${contract.address} no longer stands for policy ${policy}: a dead para stays dead`,
    { policy, contract: contract.address },
  );
  await desk.review();
}
