import type { DevAccount } from '../../devnet/keys.ts';
import type { ContractsNetwork } from '../../devnet/network.ts';
import { type ContractCast, submitBytes } from '../../devnet/rescue-contract.ts';
import type { ContractDecision } from '../domain/contract/rescue-contract.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { Proposal } from '../domain/round/round.ts';
import type { Hex, ParaBlock } from '../domain/units.ts';
import { demoPolicy } from './electors.ts';

/** What a message may spend on the relay chain, in planck (10 decimals). */
const MESSAGE_FEE = 10_000_000_000n;
const NO_HASH: Hex = `0x${'00'.repeat(32)}`;

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
