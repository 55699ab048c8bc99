import { z } from 'zod';
import { concatBytes, encodeText } from '../../bytes/bytes.ts';
import { fromHex, type Hex, isHex, toHex } from '../../bytes/hex.ts';
import type { ContractsChain } from './connect.ts';
import { readStorage } from './runtime-reads.ts';

const hex = z.custom<Hex>(isHex);
const accountSchema = z.object({
  accountType: z.object({ contract: z.looseObject({ codeHash: hex, trieId: hex }) }),
});
const CHILD_STORAGE = encodeText(':child_storage:default:');

/** What the chain says of a contract. */
interface ContractAccount {
  readonly codeHash: Hex;
  /**
   * Its code and the root of its storage, proven: as long as this is the same, so is every answer that the contract gives of its own
   * storage alone.
   */
  readonly mark: string;
}

/** Null where there is no contract, and on runtimes that keep it elsewhere. @throws RESCUE_NODE_*, RESCUE_CHAIN_REFUSES */
export async function contractAccount(
  chain: ContractsChain,
  address: Hex,
  at: Hex,
): Promise<ContractAccount | null> {
  if (!chain.api.query.revive?.accountInfoOf) return null;
  const stored = await readStorage(chain, 'revive', 'accountInfoOf', [address], at);
  const account = accountSchema.safeParse(stored?.toJSON());
  if (!account.success) return null;
  const { codeHash, trieId } = account.data.accountType.contract;
  const key = toHex(concatBytes(CHILD_STORAGE, fromHex(trieId)));
  const block = await chain.stateAt(at);
  const [root] = await chain.endpoints.use((node) => chain.proven.read(node, block, [key]));
  return { codeHash, mark: `${codeHash} ${root ? toHex(root) : 'empty'}` };
}
