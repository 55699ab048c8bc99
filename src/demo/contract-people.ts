import { type DevAccount, devAccount } from '../../devnet/keys.ts';
import { type ContractsNetwork, PARENT, paidTransact, sibling } from '../../devnet/network.ts';
import { toHex } from '../bytes/hex.ts';
import {
  type ContractsChain,
  type OpenRescueContract,
  openRescueContract,
  prepareDeployment,
} from '../contract/index.ts';
import { sovereignAccount } from '../domain/account-names.ts';
import type { ApprovalParties, ContractAct, ContractDecision } from '../domain/contract/rescue-contract.ts';
import { type Policy, policyHash } from '../domain/policy/policy.ts';
import type { Proposal } from '../domain/round/round.ts';
import type { Hex, ParaBlock } from '../domain/units.ts';
import { demoPolicy } from './electors.ts';

/** Who does what in the story of the rescue contract. */
export interface ContractCast {
  readonly contract: OpenRescueContract;
  readonly parties: ApprovalParties;
  /** Any one of them supplies the code on the relay chain; they hold no other power. */
  readonly operators: readonly DevAccount[];
  readonly watchers: readonly DevAccount[];
  readonly guardian: DevAccount;
}

const WATCHERS = ['Charlie', 'Dave', 'Eve'] as const;
/** Planck of the relay's token (10 decimals). */
const UNIT = 10_000_000_000n;
const MESSAGE_FEE = UNIT;
const NO_HASH: Hex = `0x${'00'.repeat(32)}`;

/** Deploys the para's contract, gives it what its messages cost, and lets it act for the para's manager. */
export async function castContract(
  network: ContractsNetwork,
  chain: ContractsChain,
  options: {
    readonly vm?: 'polkavm' | 'evm';
    readonly salt?: Hex;
    /** Ferdie alone when left out. */
    readonly operators?: readonly DevAccount[];
    /** Lets the registered manager act on the contract as the para's own account does. */
    readonly namesManager?: boolean;
  } = {},
): Promise<ContractCast> {
  const { relay, contracts, paraId, manager } = network;
  const deployer = devAccount('Bob');
  const operators = options.operators ?? [devAccount('Ferdie')];
  const { call, address } = await prepareDeployment(chain, {
    by: deployer.account,
    vm: options.vm ?? 'polkavm',
    para: paraId,
    manager: options.namesManager ? manager.account : null,
    salt: options.salt ?? `0x${'01'.repeat(32)}`,
  });
  submitBytes(network, contracts.chain, call, deployer);
  const contract = openRescueContract(chain, address);
  const exists = () =>
    contract.state().then(
      () => true,
      () => false,
    );
  await network.produceUntil(exists, 20, 'the contract being deployed');

  const parties = contract.parties(operators.map(({ account }) => account));
  const types = contracts.chain.typesOf();
  network.submit(
    contracts.chain,
    types.call('balances', 'transferKeepAlive', { Id: contract.account }, 10n * UNIT),
    deployer,
  );
  const relayTypes = relay.chain.typesOf();
  network.submit(
    relay.chain,
    relayTypes.call('balances', 'transferKeepAlive', { Id: parties.derived }, 10n * UNIT),
    deployer,
  );
  network.submit(
    relay.chain,
    relayTypes.call('proxy', 'addProxy', { Id: parties.multisig }, 'Any', 0),
    manager,
  );
  await network.produceUntil(
    () => JSON.stringify(network.readRelay('proxy', 'proxies', manager.account)).includes('Any'),
    20,
    'the multisig being the proxy of the manager',
  );
  return {
    contract,
    parties,
    operators,
    watchers: WATCHERS.map((name) => devAccount(name)),
    guardian: devAccount('Alice'),
  };
}

/** The policy of the story, carried out by the contract only. */
export function contractPolicy(relayGenesis: Hex, network: ContractsNetwork, cast: ContractCast): Policy {
  return {
    ...demoPolicy(relayGenesis, network.paraId),
    routes: ['contract'],
    contract: {
      genesis: cast.contract.genesis,
      chain: network.contracts.id,
      address: cast.contract.address,
      operators: cast.operators.map(({ account }) => account),
      fee: MESSAGE_FEE.toString(),
    },
  };
}

/** The living para opts in with its own account: its governance (here: its sudo) sends the contract's call by XCM. */
export async function optInByXcm(
  network: ContractsNetwork,
  cast: ContractCast,
  policy: Policy,
  vetoSeconds = 0,
): Promise<void> {
  const act: ContractAct = {
    kind: 'opt-in',
    policyHash: policyHash(policy),
    watchers: cast.watchers.map(({ account }) => account),
    threshold: 2,
    guardians: [cast.guardian.account],
    vetoSeconds,
  };
  await actByXcm(network, cast.contract, act);
  const optedIn = async () => (await cast.contract.state()).policyHash === act.policyHash;
  await network.produceUntil(optedIn, 30, 'the opt-in reaching the contract');
}

/** Any act of the para's own account, by XCM. */
export async function actByXcm(
  network: ContractsNetwork,
  contract: OpenRescueContract,
  act: ContractAct,
): Promise<void> {
  const call = await contract.prepare(act, toHex(sovereignAccount('sibl', network.paraId)));
  const message = paidTransact({
    destination: sibling(network.contracts.id),
    call,
    fee: UNIT,
    token: PARENT,
    refundTo: sibling(network.paraId),
  });
  network.queueSudo(network.para.chain, 'polkadotXcm', 'send', ...message);
}

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
    round: proposal.round,
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
    cancelHash: NO_HASH,
  };
  const call = await contract.prepare({ kind: 'attest', decision }, liar.account);
  submitBytes(network, network.contracts.chain, call, liar);
  return decision;
}

/** Submits a call that was prepared as bytes. */
export function submitBytes(
  network: ContractsNetwork,
  chain: ContractsNetwork['contracts']['chain'],
  bytes: Hex,
  signer: DevAccount,
): void {
  network.submit(chain, chain.typesOf().registry.createType('Call', bytes), signer);
}
