import { toHex } from '../../bytes/hex.ts';
import { encodeU32 } from '../../bytes/scale.ts';
import type { EpochMs, Hex } from '../../domain/units.ts';
import { scaleReader, storageKey } from '../../proof/index.ts';
import type { NodeHeader } from '../nodes/header-json.ts';
import { askHoldingProof } from '../nodes/read-proof.ts';
import type { RpcConnection } from '../nodes/rpc-connection.ts';
import type { ProvenChain } from '../proven/proven-chain.ts';

/**
 * Values of storage at a block, proven under the state root of its header; null for what is proven to be empty.
 * @throws RESCUE_NODE_CONTRADICTS for a proof that does not hold, RESCUE_NODE_*, RpcRefusal
 */
export async function readProven(
  node: RpcConnection,
  { ref }: NodeHeader,
  keys: readonly Uint8Array[],
): Promise<(Uint8Array | null)[]> {
  return (await askHoldingProof(node, ref, keys)).values;
}

const NOW = storageKey('Timestamp', 'Now');

/**
 * `Timestamp.Now`; null when the state proves that there is none. With `proven`, one request brings it with what others are going to
 * read there. @throws as `readProven`
 */
export async function readTime(
  node: RpcConnection,
  header: NodeHeader,
  proven?: ProvenChain,
): Promise<EpochMs | null> {
  const [now] = proven
    ? await proven.read(node, header.ref, [toHex(NOW)])
    : await readProven(node, header, [NOW]);
  // A u64: the state root is the chain's own, so other bytes are of a chain that keeps no time there.
  if (now?.length !== 8) return null;
  const time = Number(scaleReader(now, 'time').u64());
  return Number.isSafeInteger(time) ? time : null;
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
