import { fromHex, type Hex, toHex } from '../src/bytes/hex.ts';
import {
  accountOfAddress,
  type ContractsChain,
  type ContractVm,
  type OpenRescueContract,
  openRescueContract,
  prepareDeployment,
  relayAccountOf,
} from '../src/contract/index.ts';
import { sovereignAccount } from '../src/domain/account-names.ts';
import type {
  ApprovalParties,
  ContractAct,
  ContractDecision,
} from '../src/domain/contract/rescue-contract.ts';
import type { Proposal } from '../src/domain/round/round.ts';
import type { ParaBlock, Planck } from '../src/domain/units.ts';
import { PARENT, paidTransact, sibling } from '../src/sandbox/transact.ts';
import { type DevAccount, devAccount } from './keys.ts';
import type { ContractsNetwork } from './network.ts';

/** What people do with a rescue contract on the embedded network. */

/** Planck of the relay's token, which both chains have (10 decimals). */
const UNIT = 10_000_000_000n;

export interface Deployment {
  readonly by: DevAccount;
  readonly vm: ContractVm;
  /** The registered manager, who may then act on the contract as the para's own account does; or null. */
  readonly manager: Hex | null;
  readonly salt: Hex;
  /** Paid by the deployer: to the contract, for the delivery of its messages, and to its account on the relay chain. */
  readonly delivery: Planck;
  readonly relay: Planck;
}

/** Deploys the para's contract and pays in advance what its messages cost. Makes blocks until all of it is there. */
export async function deployContract(
  network: ContractsNetwork,
  chain: ContractsChain,
  { by, vm, manager, salt, delivery, relay }: Deployment,
): Promise<OpenRescueContract> {
  const { contracts, paraId } = network;
  const plan = { by: by.account, vm, para: paraId, manager, salt };
  const { call, address } = await prepareDeployment(chain, plan);
  submitBytes(network, contracts.chain, call, by);
  const contract = openRescueContract(chain, address);
  const exists = () =>
    contract.state().then(
      () => true,
      () => false,
    );
  await network.produceUntil(exists, 20, 'the contract being deployed');
  const derived = toHex(relayAccountOf(network.contracts.id, accountOfAddress(fromHex(address))));
  const paid = [
    pay(network, contracts.chain, by, contract.account, delivery),
    pay(network, network.relay.chain, by, derived, relay),
  ];
  await network.produceUntil(() => paid.every((arrived) => arrived()), 20, 'the payments');
  return contract;
}

type Chain = ContractsNetwork['relay']['chain'];

/** Submits a payment; the answer says whether it has arrived. */
function pay(
  network: ContractsNetwork,
  chain: Chain,
  from: DevAccount,
  to: Hex,
  amount: Planck,
): () => boolean {
  if (amount === 0n) return () => true;
  const types = chain.typesOf();
  const free = (): bigint => {
    const account = types.read(chain.stateOf(chain.best), 'system', 'account', to)?.toJSON();
    return BigInt((account as { data: { free: string | number } } | undefined)?.data.free ?? 0);
  };
  const before = free();
  network.submit(chain, types.call('balances', 'transferKeepAlive', { Id: to }, amount), from);
  return () => free() > before;
}

/** Who does what with a contract of the para. */
export interface ContractCast {
  readonly contract: OpenRescueContract;
  readonly parties: ApprovalParties;
  /** Any one of them supplies the code on the relay chain; they hold no other power. */
  readonly operators: readonly DevAccount[];
  readonly watchers: readonly DevAccount[];
  /** Both of them are needed to forbid a decision. */
  readonly guardians: readonly DevAccount[];
}

export interface CastOptions {
  readonly vm?: ContractVm;
  readonly salt?: Hex;
  /** Ferdie alone when left out. */
  readonly operators?: readonly DevAccount[];
  /** Lets the registered manager act on the contract as the para's own account does. */
  readonly namesManager?: boolean;
}

/** Deploys the para's contract with Bob's key, gives it what its messages cost, and lets it act for the para's manager. */
export async function castContract(
  network: ContractsNetwork,
  chain: ContractsChain,
  options: CastOptions = {},
): Promise<ContractCast> {
  const operators = options.operators ?? [devAccount('Ferdie')];
  const contract = await deployContract(network, chain, {
    by: devAccount('Bob'),
    vm: options.vm ?? 'polkavm',
    manager: options.namesManager ? network.manager.account : null,
    salt: options.salt ?? `0x${'01'.repeat(32)}`,
    delivery: 10n * UNIT,
    relay: 10n * UNIT,
  });
  const parties = contract.parties(operators.map(({ account }) => account));
  await makeProxyOfManager(network, parties.multisig);
  const watchers = ['Charlie', 'Dave', 'Eve'].map((name) => devAccount(name));
  return {
    contract,
    parties,
    operators,
    watchers,
    guardians: ['Alice', 'Bob'].map((name) => devAccount(name)),
  };
}

async function makeProxyOfManager(network: ContractsNetwork, multisig: Hex): Promise<void> {
  const { relay, manager } = network;
  network.submit(
    relay.chain,
    relay.chain.typesOf().call('proxy', 'addProxy', { Id: multisig }, 'Any', 0),
    manager,
  );
  await network.produceUntil(
    () => JSON.stringify(network.readRelay('proxy', 'proxies', manager.account)).includes('Any'),
    20,
    'the multisig being the proxy of the manager',
  );
}

/** The living para opts in at its contract: any two of the watchers decide, the guardians have `vetoSeconds` against it. */
export async function optInByXcm(
  network: ContractsNetwork,
  cast: ContractCast,
  policyHash: Hex,
  vetoSeconds = 0,
): Promise<void> {
  await actAsPara(network, cast.contract, {
    kind: 'opt-in',
    policyHash,
    watchers: cast.watchers.map(({ account }) => account),
    threshold: 2,
    guardians: cast.guardians.map(({ account }) => account),
    vetoSeconds,
  });
  const optedIn = async () => (await cast.contract.state()).policyHash === policyHash;
  await network.produceUntil(optedIn, 30, 'the opt-in reaching the contract');
}

/** The para's account on its siblings: what its governance acts as there. */
function paraAccount({ paraId }: ContractsNetwork): Hex {
  return toHex(sovereignAccount('sibl', paraId));
}

/** The para's governance (here: its sudo) has its own account do `act`, by XCM. The message arrives some blocks later. */
export async function actAsPara(
  network: ContractsNetwork,
  contract: OpenRescueContract,
  act: ContractAct,
): Promise<void> {
  sendAsPara(network, await contract.prepare(act, paraAccount(network)));
}

/** The same with a call of the contracts chain. */
export function sendAsPara(network: ContractsNetwork, call: Hex): void {
  const message = paidTransact({
    destination: sibling(network.contracts.id),
    call,
    fee: UNIT,
    token: PARENT,
    refundTo: sibling(network.paraId),
  });
  network.queueSudo(network.para.chain, 'polkadotXcm', 'send', ...message);
}

/** Submits a call that was prepared as bytes. */
export function submitBytes(network: ContractsNetwork, chain: Chain, bytes: Hex, signer: DevAccount): void {
  network.submit(chain, chain.typesOf().registry.createType('Call', bytes), signer);
}

const NO_HASH: Hex = `0x${'00'.repeat(32)}`;

/** A watcher that lies: attests, with its key, a code for which nobody voted. */
export async function attestLie(
  network: ContractsNetwork,
  { contract }: ContractCast,
  liar: DevAccount,
  proposal: Proposal,
  anchorNumber: ParaBlock,
): Promise<ContractDecision> {
  const { policyHash: policy } = await contract.state();
  const decision: ContractDecision = {
    para: proposal.paraId,
    anchorNumber,
    anchorHead: proposal.anchor,
    roundId: proposal.roundId,
    attempt: 0,
    policyHash: policy ?? NO_HASH,
    codeHash: `0x${'66'.repeat(32)}`,
    ayes: 10n ** 30n,
    nays: 0n,
    abstains: 0n,
    electorate: 10n ** 30n,
    evidenceHash: `0x${'67'.repeat(32)}`,
    messageHash: `0x${'68'.repeat(32)}`,
    cancelOffset: 0,
    cancelHash: `0x${'69'.repeat(32)}`,
  };
  const call = await contract.prepare({ kind: 'attest', decision }, liar.account);
  submitBytes(network, network.contracts.chain, call, liar);
  return decision;
}
