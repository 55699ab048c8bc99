import { keccak_256 } from '@noble/hashes/sha3.js';
import { z } from 'zod';
import { toHex } from '../bytes/hex.ts';
import { sovereignAccount } from '../domain/account-names.ts';
import type { Address, ContractState } from '../domain/contract/rescue-contract.ts';
import type { AccountHex, Hex } from '../domain/units.ts';
import { type ContractVm, readArtifactJson, readContractCode } from './abi/artifacts.ts';
import type { ContractsChain } from './chain/connect.ts';
import { contractAccount } from './chain/contract-account.ts';
import { instantiationOf } from './chain/deployment.ts';
import { dryRunInstantiate } from './chain/dry-run.ts';
import { readStorage } from './chain/runtime-reads.ts';

/** Whether a contract runs the code that comes with pararescue, contracts-abi/. */
export type CodeCheck =
  | { readonly kind: 'ours'; readonly vm: ContractVm; readonly codeHash: Hex }
  | { readonly kind: 'other'; readonly codeHash: Hex }
  /** The chain does not tell the hash of the code. */
  | { readonly kind: 'untold' }
  /** EVM code has para and manager built in: it can only be made anew by an account that could deploy it. */
  | { readonly kind: 'no-deployer'; readonly codeHash: Hex };

const manifestSchema = z.object({
  artifacts: z.object({ 'RescueContract.polkavm': z.looseObject({ keccak256: z.string() }) }),
});
/** Nobody deploys a contract with it for real: an address that is taken could not be tried out. */
const SALT: Hex = `0x${'c0de'.repeat(16)}`;

/**
 * Compares by keccak-256, as the chain names codes. `by`, when it is known, is an account that may have funds for a
 * deployment, which is tried out and not made.
 * @throws RESCUE_NODE_UNREACHABLE, RESCUE_NODE_MALFORMED
 */
export async function checkCode(
  chain: ContractsChain,
  contract: { readonly address: Address; readonly account: AccountHex },
  at: Hex,
  state: Pick<ContractState, 'para' | 'manager'>,
  by: AccountHex | null,
): Promise<CodeCheck> {
  const account = await contractAccount(chain, contract.address, at);
  if (account === null) return { kind: 'untold' };
  const { codeHash } = account;
  const { artifacts } = manifestSchema.parse(readArtifactJson('manifest.json'));
  if (codeHash === `0x${artifacts['RescueContract.polkavm'].keccak256}`) {
    return { kind: 'ours', vm: 'polkavm', codeHash };
  }
  const stored = await readStorage(chain, 'revive', 'pristineCode', [codeHash], at);
  // EVM code is the end of the init code with the constructor's values filled in.
  if (stored === null || stored.encodedLength > readContractCode('evm').length)
    return { kind: 'other', codeHash };

  const made = instantiationOf({ vm: 'evm', para: state.para, manager: state.manager });
  for (const deployer of [by, toHex(sovereignAccount('sibl', state.para)), contract.account]) {
    if (deployer === null) continue;
    const dryRun = await dryRunInstantiate(chain, { ...made, by: deployer, salt: SALT }, at);
    if (!dryRun.ok) continue;
    const same = toHex(keccak_256(dryRun.returned)) === codeHash;
    return same ? { kind: 'ours', vm: 'evm', codeHash } : { kind: 'other', codeHash };
  }
  return { kind: 'no-deployer', codeHash };
}
