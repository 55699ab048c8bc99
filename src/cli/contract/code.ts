import { keccakAsHex } from '@polkadot/util-crypto';
import { z } from 'zod';
import type { ContractsChain, OpenRescueContract } from '../../contract/index.ts';
import type { ContractState } from '../../domain/contract/rescue-contract.ts';
import { type AccountHex, fromHex, type Hex, isHex, toHex } from '../../domain/units.ts';

/** Whether a contract runs the code that comes with pararescue, contracts-abi/. */
export type CodeCheck =
  | { readonly kind: 'ours'; readonly vm: 'polkavm' | 'evm'; readonly codeHash: Hex }
  | { readonly kind: 'other'; readonly codeHash: Hex }
  /** EVM code has para and manager built in: it can only be made anew by an account that could deploy it. */
  | { readonly kind: 'unknown'; readonly codeHash: Hex | null; readonly reason: string };

const hex = z.custom<Hex>(isHex);
const accountSchema = z.object({
  accountType: z.object({ contract: z.looseObject({ codeHash: hex }) }),
});
const madeSchema = z.object({ result: z.object({ ok: z.object({ result: z.object({ data: hex }) }) }) });

/** Compares by keccak-256, as the chain names codes. @throws RESCUE_NODE_* */
export async function checkCode(
  chain: ContractsChain,
  contract: OpenRescueContract,
  state: ContractState,
  by: AccountHex | null,
): Promise<CodeCheck> {
  const { readContractCode, readArtifactJson } = await import('../../contract/abi/artifacts.ts');
  const at = await chain.api.at(state.block.hash);
  const stored = await at.query.revive?.accountInfoOf?.(contract.address);
  const account = accountSchema.safeParse(stored?.toJSON());
  if (!account.success) {
    return { kind: 'unknown', codeHash: null, reason: 'the chain does not tell the hash of its code' };
  }
  const { codeHash } = account.data.accountType.contract;
  const manifest = manifestSchema.parse(readArtifactJson('manifest.json'));
  if (codeHash === `0x${manifest.artifacts['RescueContract.polkavm'].keccak256}`) {
    return { kind: 'ours', vm: 'polkavm', codeHash };
  }
  const length = (await at.query.revive?.pristineCode?.size(codeHash))?.toNumber() ?? 0;
  const init = readContractCode('evm');
  // EVM code is the end of the init code with the constructor's values filled in.
  if (length === 0 || length > init.length) return { kind: 'other', codeHash };

  const { addressOf, siblingAccount } = await import('../../contract/index.ts');
  const word = (bytes: Uint8Array) => Buffer.concat([Buffer.alloc(32 - bytes.length), bytes]);
  const para = Buffer.alloc(4);
  para.writeUInt32BE(state.para);
  const manager = fromHex(state.manager === null ? `0x${'00'.repeat(20)}` : addressOf(state.manager));
  const code = Buffer.concat([init, word(para), word(manager)]);
  for (const deployer of [by, toHex(siblingAccount(state.para)), contract.account]) {
    if (deployer === null) continue;
    const args = [deployer, 0n, null, null, { Upload: toHex(code) }, '0x', SALT] as const;
    const made = madeSchema.safeParse((await at.call.reviveApi?.instantiate?.(...args))?.toJSON());
    if (!made.success) continue;
    const same = keccakAsHex(made.data.result.ok.result.data) === codeHash;
    return same ? { kind: 'ours', vm: 'evm', codeHash } : { kind: 'other', codeHash };
  }
  return {
    kind: 'unknown',
    codeHash,
    reason: 'no account is known that could deploy such a contract, to compare with: name one with --account',
  };
}

const manifestSchema = z.object({
  artifacts: z.object({ 'RescueContract.polkavm': z.looseObject({ keccak256: z.string() }) }),
});
/** Nobody deploys a contract with it for real: an address that is taken could not be tried out. */
const SALT: Hex = `0x${'c0de'.repeat(16)}`;
