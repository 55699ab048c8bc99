import { fromHex, toHex } from '../../bytes/hex.ts';
import { encodeU32 } from '../../bytes/scale.ts';
import type { EpochMs, Hex } from '../../domain/units.ts';
import { ProofError, scaleReader, storageKey, verifyReadProof } from '../../proof/index.ts';
import type { NodeHeader } from '../nodes/header-json.ts';
import { askReadProof } from '../nodes/read-proof.ts';
import { type RpcConnection, RpcRefusal } from '../nodes/rpc-connection.ts';

/**
 * Values of storage at a block, proven under the state root of its header; null for what is proven to be empty.
 * @throws RESCUE_NODE_MALFORMED for a proof that does not hold, RpcRefusal
 */
export async function readProven(
  node: RpcConnection,
  { ref }: NodeHeader,
  keys: readonly Uint8Array[],
): Promise<(Uint8Array | null)[]> {
  const proof = await askReadProof(node, keys.map(toHex), ref.hash);
  try {
    return verifyReadProof({ stateRoot: fromHex(ref.stateRoot), proof: proof.map(fromHex), keys });
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    throw node.malformed(`its proof at ${ref.hash} does not hold (${error.message})`, error);
  }
}

/** `Timestamp.Now`; null when the node gives no proof of it, or the chain has none. */
export async function readTime(node: RpcConnection, header: NodeHeader): Promise<EpochMs | null> {
  try {
    const [now] = await readProven(node, header, [storageKey('Timestamp', 'Now')]);
    if (!now) return null;
    const time = Number(scaleReader(now, 'time').u64());
    return Number.isSafeInteger(time) ? time : null;
  } catch (error) {
    if (error instanceof RpcRefusal || error instanceof ProofError) return null;
    throw error;
  }
}

/** Hash of block `number` as the state of `header` has it; null when it is too old for that. */
export async function readBlockHash(
  node: RpcConnection,
  header: NodeHeader,
  number: number,
): Promise<Hex | null> {
  const key = storageKey('System', 'BlockHash', { hasher: 'Twox64Concat', key: encodeU32(number) });
  const [hash] = await readProven(node, header, [key]);
  return hash?.length === 32 ? toHex(hash) : null;
}
