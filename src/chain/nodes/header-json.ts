import { z } from 'zod';
import { concatBytes } from '../../bytes/bytes.ts';
import { fromHex, toHex } from '../../bytes/hex.ts';
import { encodeCompact, encodeList } from '../../bytes/scale.ts';
import type { RelayBlockRef } from '../../domain/chain/observation.ts';
import { coded, messageOf, type RescueError } from '../../domain/errors.ts';
import type { Hex } from '../../domain/units.ts';
import { decodeHeader, headerHash } from '../../proof/index.ts';
import { type Endpoints, hashSchema, hexSchema } from './endpoints.ts';
import { type RpcConnection, unknownBlock } from './rpc-connection.ts';

const headerSchema = z.object({
  parentHash: hashSchema,
  number: z.string().regex(/^0x[0-9a-f]{1,8}$/, 'must be a 32-bit number in hex'),
  stateRoot: hashSchema,
  extrinsicsRoot: hashSchema,
  digest: z.object({ logs: z.array(hexSchema).max(1000) }),
});

/** A header as a node sent it; `bytes` is its SCALE encoding, whose blake2-256 is `ref.hash`. */
export interface NodeHeader {
  readonly ref: RelayBlockRef;
  readonly parentHash: Hex;
  readonly bytes: Uint8Array;
}

/**
 * Reads a header off JSON-RPC. The hash is computed here, so that number, state root and hash always belong together.
 * @throws RESCUE_NODE_MALFORMED
 */
export function readHeader(node: RpcConnection, json: unknown): NodeHeader {
  const parsed = headerSchema.safeParse(json);
  if (!parsed.success) throw node.malformed('it sent something that is no block header', parsed.error);
  const { parentHash, number, stateRoot, extrinsicsRoot, digest } = parsed.data;
  const bytes = concatBytes(
    fromHex(parentHash),
    encodeCompact(Number(number)),
    fromHex(stateRoot),
    fromHex(extrinsicsRoot),
    encodeList(digest.logs.map(fromHex)),
  );
  try {
    decodeHeader(bytes);
  } catch (error) {
    throw node.malformed(`it sent a header with a broken digest (${messageOf(error)})`, error);
  }
  return { ref: { number: Number(number), hash: toHex(headerHash(bytes)), stateRoot }, parentHash, bytes };
}

/** Header of the block `hash`, checked to have that hash; null when the node does not know the block. */
export async function askHeader(node: RpcConnection, hash: Hex): Promise<NodeHeader | null> {
  const json = await node.ask(z.unknown(), 'chain_getHeader', hash);
  if (json === null) return null;
  const header = readHeader(node, json);
  if (header.ref.hash !== hash) {
    throw node.malformed(`asked for the header of ${hash}, it sent one with the hash ${header.ref.hash}`);
  }
  return header;
}

/**
 * Tells `onHeader` of the finalized blocks that the node passes on, and `onFailed` what ends that: a closed connection, or a header that
 * cannot be read. The returned function ends it and never throws.
 * @throws RpcRefusal, RESCUE_NODE_*
 */
export async function subscribeFinalized(
  node: RpcConnection,
  onHeader: (header: NodeHeader) => void,
  onFailed: (reason: RescueError) => void,
): Promise<() => void> {
  const forget = node.onClosed(onFailed);
  const unsubscribe = await node.subscribe(
    'chain_subscribeFinalizedHeads',
    'chain_unsubscribeFinalizedHeads',
    (json) => {
      try {
        onHeader(readHeader(node, json));
      } catch (error) {
        onFailed(coded(error, 'RESCUE_NODE_MALFORMED', 'A finalized header cannot be read'));
      }
    },
  );
  return () => {
    forget();
    unsubscribe();
  };
}

/** The header of a block that is known by its hash, from whichever endpoint has it. @throws RESCUE_NODE_* */
export function headerOf(endpoints: Pick<Endpoints, 'use'>, hash: Hex): Promise<NodeHeader> {
  return endpoints.use(async (node) => {
    const header = await askHeader(node, hash);
    if (header) return header;
    throw unknownBlock(node, hash);
  });
}

/** The newest finalized block the node knows. */
export async function askFinalized(node: RpcConnection): Promise<NodeHeader> {
  const hash = await node.ask(hashSchema, 'chain_getFinalizedHead');
  const header = await askHeader(node, hash);
  if (!header) throw node.malformed(`it does not know the block ${hash} that it calls finalized`);
  return header;
}

/** Number of the node's best block. */
export async function askBestNumber(node: RpcConnection): Promise<number> {
  return readHeader(node, await node.ask(z.unknown(), 'chain_getHeader')).ref.number;
}
