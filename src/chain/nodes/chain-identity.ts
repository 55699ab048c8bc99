import { z } from 'zod';
import { fromHex, isHex, toHex } from '../../bytes/hex.ts';
import { ByteReader } from '../../bytes/reader.ts';
import { RescueError } from '../../domain/errors.ts';
import type { Hex, ParaId } from '../../domain/units.ts';
import { storageKey } from '../../proof/index.ts';
import { type RpcConnection, RpcRefusal } from './rpc-connection.ts';

export function otherChain(node: RpcConnection, genesis: Hex, expected: Hex): RescueError {
  return new RescueError(
    'RESCUE_NODE_CONTRADICTS',
    `${node.name} is a node of another chain: its genesis is ${genesis}, not ${expected}`,
  );
}

/** Where a para's state says which one it is: a u32. */
export const PARA_ID_KEY = toHex(storageKey('ParachainInfo', 'ParachainId'));
/** SCALE of a u32; null on chains that do not say which para they are. */
const paraIdSchema = z
  .custom<Hex>((value) => isHex(value) && value.length === 10, 'must be a para id of 4 bytes in hex')
  .nullable();

/**
 * A node's word, which is enough to leave it: an address of another para is a mistake of the configuration.
 * Chains that do not say which para they are pass.
 * @throws RESCUE_NODE_CONTRADICTS for a node of another para
 */
export async function requirePara(node: RpcConnection, paraId: ParaId): Promise<void> {
  let told: Hex | null;
  try {
    told = await node.ask(paraIdSchema, 'state_getStorage', PARA_ID_KEY);
  } catch (error) {
    if (error instanceof RpcRefusal) return;
    throw error;
  }
  if (told === null) return;
  const other = new ByteReader(fromHex(told), 'para id').u32();
  if (other === paraId) return;
  throw new RescueError(
    'RESCUE_NODE_CONTRADICTS',
    `${node.name} is a node of another chain: by its state it is para ${other}, not ${paraId}. Correct the endpoints of the para`,
  );
}
