import { z } from 'zod';
import type { Hex } from '../../domain/units.ts';
import { hashSchema, hexSchema } from './endpoints.ts';
import type { RpcConnection } from './rpc-connection.ts';

/** A proof has a node for each step of the way to each key. */
const MOST_NODES = 1_000_000;
const schema = z.object({ at: hashSchema, proof: z.array(hexSchema).max(MOST_NODES) });

/**
 * The trie nodes that a node gives as proof of `keys` in the state of block `at`, of the child trie whose root lies under `child` if
 * that is given. Nothing is verified but that they are meant for this block.
 * @throws RESCUE_NODE_MALFORMED, RESCUE_NODE_UNREACHABLE, RpcRefusal
 */
export async function askReadProof(
  node: RpcConnection,
  keys: readonly Hex[],
  at: Hex,
  child?: Hex,
): Promise<Hex[]> {
  const answer =
    child === undefined
      ? await node.ask(schema, 'state_getReadProof', keys, at)
      : await node.ask(schema, 'state_getChildReadProof', child, keys, at);
  if (answer.at !== at) throw node.malformed(`asked for a proof at ${at}, it gave one at ${answer.at}`);
  return answer.proof;
}
