import { type Hex, toHex } from '../../bytes/hex.ts';
import type { ParaHeadRef } from '../../domain/chain/observation.ts';
import { NO_MESSAGE } from '../../domain/diagnosis/message-queues.ts';
import type { ParaQueues } from '../../domain/ports/para.ts';
import { ProofError, scaleReader, storageKey } from '../../proof/index.ts';
import type { RpcConnection } from '../nodes/rpc-connection.ts';
import type { ProvenChain } from '../proven/proven-chain.ts';

const key = (item: string): Hex => toHex(storageKey('ParachainSystem', item));
const DOWNWARD = key('LastDmqMqcHead');
const HORIZONTAL = key('LastHrmpMqcHeads');
const PENDING_CODE = key('PendingValidationCode');
/** Written by every block of a para made of cumulus: without it the other keys being empty says nothing. */
const SIGNS = [key('HostConfiguration'), key('LastRelayChainBlockNumber')];

/**
 * What a para stores of its queues, proven; null without cumulus-pallet-parachain-system under its usual name. Its keys and values have been
 * the same since 2021: a hash, and `BTreeMap<ParaId (u32), hash>`. Of a pending code only the hash travels.
 */
export async function paraQueues(
  node: RpcConnection,
  chain: ProvenChain,
  head: ParaHeadRef,
): Promise<ParaQueues | null> {
  const [downward, horizontal, ...signs] = await chain.read(node, head, [DOWNWARD, HORIZONTAL, ...SIGNS]);
  if (signs.every((value) => value === null)) return null;
  try {
    return {
      downward: downward ? hashIn(downward) : NO_MESSAGE,
      horizontal: horizontal ? headsIn(horizontal) : [],
      pendingCode: (await chain.hashOf(node, head, PENDING_CODE)) !== null,
    };
  } catch (error) {
    if (error instanceof ProofError && error.code === 'PROOF_BAD_ENCODING') return null;
    throw error;
  }
}

function hashIn(value: Uint8Array): Hex {
  const reader = scaleReader(value, 'head of a queue');
  const hash = toHex(reader.bytes(32));
  reader.end();
  return hash;
}

function headsIn(value: Uint8Array): (readonly [number, Hex])[] {
  const reader = scaleReader(value, 'heads of channels');
  const heads = reader.list(() => [reader.u32(), toHex(reader.bytes(32))] as const);
  reader.end();
  return heads;
}
