import { z } from 'zod';
import { fromHex, toHex } from '../../bytes/hex.ts';
import { listOf } from '../../domain/list-of.ts';
import type { Hex } from '../../domain/units.ts';
import { ProofError, verifyReadProof } from '../../proof/index.ts';
import { hashSchema } from './endpoints.ts';
import type { RpcConnection } from './rpc-connection.ts';

/** A proof has a node for each step of the way to each key. */
const MOST_NODES = 1_000_000;
const schema = z.object({ at: hashSchema, proof: listOf(z.string(), MOST_NODES) });

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
): Promise<Uint8Array[]> {
  const answer =
    child === undefined
      ? await node.ask(schema, 'state_getReadProof', keys, at)
      : await node.ask(schema, 'state_getChildReadProof', child, keys, at);
  if (answer.at !== at) throw node.malformed(`asked for a proof at ${at}, it gave one at ${answer.at}`);
  try {
    return answer.proof.map(fromHex);
  } catch (error) {
    throw node.malformed('it sent a proof that is not hex', error);
  }
}

/**
 * The proof of `keys` under a state root that is believed, and the values that it shows; null for what it shows to be empty.
 * @throws RESCUE_NODE_CONTRADICTS for a proof that does not hold, whose node is left for it; else as `askReadProof`
 */
export async function askHoldingProof(
  node: RpcConnection,
  { hash, stateRoot }: { readonly hash: Hex; readonly stateRoot: Hex },
  keys: readonly Uint8Array[],
): Promise<{ readonly proof: Uint8Array[]; readonly values: (Uint8Array | null)[] }> {
  const proof = await askReadProof(node, keys.map(toHex), hash);
  try {
    return { proof, values: verifyReadProof({ stateRoot: fromHex(stateRoot), proof, keys }) };
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    throw node.lied(
      `its proof does not hold under the state root ${stateRoot} of block ${hash} (${error.message})`,
      error,
    );
  }
}
