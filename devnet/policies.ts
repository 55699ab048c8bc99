import { type Policy, policySchema } from '../src/domain/policy/policy.ts';
import type { AccountHex, Hex, ParaId } from '../src/domain/units.ts';
import type { ContractsNetwork } from './network.ts';
import type { ContractCast } from './rescue-contract.ts';

/** A policy whose times fit a chain with sessions of seconds, carried out by the registrar's manager. */
export function quickPolicy(relayGenesis: Hex, paraId: ParaId): Policy {
  return policySchema.parse({
    version: 1,
    relayGenesis,
    para: paraId,
    stall: { gapBlocks: 8, graceBlocks: 3 },
    proposers: { minimumPower: '1000000000000' },
    power: [{ adapter: 'system-account' }],
    voting: {
      shortestBlocks: 8,
      longestBlocks: 60,
      lateQuorumExtensionBlocks: 4,
      approval: '60%',
      quorum: '20%',
    },
    routes: ['registrar'],
    recovery: { heads: 3, lockAgain: true },
  });
}

/** Votes may come late, as on a busy machine, where services take a while to try a proposal: a round that is decided ends before anyway. */
export function patient(policy: Policy): Policy {
  return { ...policy, voting: { ...policy.voting, longestBlocks: 3_000 } };
}

/** The same, carried out by a rescue contract only, whose message may spend 1 UNIT (10 decimals) on the relay chain. */
export function quickContractPolicy(
  relayGenesis: Hex,
  paraId: ParaId,
  contract: {
    readonly genesis: Hex;
    readonly chain: ParaId;
    readonly address: Hex;
    readonly operators: readonly AccountHex[];
  },
): Policy {
  const { genesis, chain, address, operators } = contract;
  return {
    ...quickPolicy(relayGenesis, paraId),
    routes: ['contract'],
    contract: { genesis, chain, address, operators: [...operators], fee: '10000000000' },
  };
}

/** The same for the contract of a scene. */
export function contractPolicyOf(network: ContractsNetwork, { contract, operators }: ContractCast): Policy {
  return quickContractPolicy(network.relay.chain.genesisHash, network.paraId, {
    genesis: contract.genesis,
    chain: network.contracts.id,
    address: contract.address,
    operators: operators.map(({ account }) => account),
  });
}
