import { concatBytes } from '../../bytes/bytes.ts';
import { toHex } from '../../bytes/hex.ts';
import type { Address } from '../../domain/contract/rescue-contract.ts';
import { RescueError } from '../../domain/errors.ts';
import type { AccountHex, Hex, ParaId, Planck } from '../../domain/units.ts';
import { encodeAll } from '../abi/abi-codec.ts';
import { NO_ADDRESS } from '../abi/answers.ts';
import { type ContractVm, readContractCode } from '../abi/artifacts.ts';
import { rescueAbi } from '../abi/rescue-abi.ts';
import { addressOf } from '../accounts.ts';
import type { ContractsChain } from './connect.ts';
import { dryRunInstantiate } from './dry-run.ts';
import { limitsOf } from './limits.ts';

export interface DeploymentPlan {
  readonly by: AccountHex;
  readonly vm: ContractVm;
  readonly para: ParaId;
  /** The para's registered manager, as account or address; null for none. */
  readonly manager: AccountHex | null;
  /** 32 bytes: the same deployer, code and salt give the same address, once. */
  readonly salt: Hex;
}

export interface PreparedDeployment {
  /** `revive.instantiateWithCode` as SCALE bytes. */
  readonly call: Hex;
  readonly address: Address;
  /** What the deployer lays down for code and storage. */
  readonly storageDeposit: Planck;
}

/** What makes a rescue contract: PolkaVM takes the constructor's arguments as data, EVM init code has them appended. */
export function instantiationOf(plan: Pick<DeploymentPlan, 'vm' | 'para' | 'manager'>): {
  readonly code: Uint8Array;
  readonly data: Uint8Array;
} {
  const manager = plan.manager === null ? NO_ADDRESS : addressOf(plan.manager);
  const args = encodeAll(rescueAbi().constructorEntry.inputs, [plan.para, manager]);
  const blob = readContractCode(plan.vm);
  return plan.vm === 'evm'
    ? { code: concatBytes(blob, args), data: new Uint8Array() }
    : { code: blob, data: args };
}

/**
 * Prepares a new rescue contract. api-contract cannot do it: it refuses EVM bytecode, takes the code in the metadata even
 * where it is given other code, puts four bytes of a selector in front of the constructor's data, and takes a random salt.
 * Here the pallet's call is made directly.
 * @throws RESCUE_CONTRACT_REFUSES, RESCUE_NODE_UNREACHABLE, RESCUE_NODE_MALFORMED
 */
export async function prepareDeployment(
  chain: ContractsChain,
  plan: DeploymentPlan,
): Promise<PreparedDeployment> {
  const { code, data } = instantiationOf(plan);
  const dryRun = await dryRunInstantiate(
    chain,
    { by: plan.by, code, data, salt: plan.salt },
    await chain.finalized(),
  );
  const instantiate = chain.api.tx.revive?.instantiateWithCode;
  if (!dryRun.ok || !dryRun.address || !instantiate) {
    const reason = dryRun.ok ? 'the chain does not say its address' : dryRun.sentence;
    throw new RescueError('RESCUE_CONTRACT_REFUSES', `The contract cannot be deployed: ${reason}.`, {
      details: dryRun.ok ? {} : { error: dryRun.error },
    });
  }
  const limits = limitsOf(chain, dryRun);
  const call = instantiate(0n, limits.weight, limits.deposit, toHex(code), toHex(data), plan.salt);
  return {
    call: toHex(call.method.toU8a()),
    address: dryRun.address,
    storageDeposit: dryRun.storageDeposit,
  };
}
