import { fromHex } from '../../bytes/hex.ts';
import type { RelayBlockRef } from '../../domain/chain/observation.ts';
import type { FinalityAnswer } from '../../domain/ports/relay.ts';
import { decodeAuthorities, ProofError, scaleReader, verifyFinalityProof } from '../../proof/index.ts';
import { hexSchema } from '../nodes/endpoints.ts';
import { askHeader } from '../nodes/header-json.ts';
import { type RpcConnection, RpcRefusal } from '../nodes/rpc-connection.ts';
import { verifyWithOpenSsl } from './ed25519.ts';

/**
 * A GRANDPA finality proof of the block with the set of voters that finalized it, checked here; null when the node has
 * none to give, or gives one that does not hold: evidence then goes without.
 *
 * The voters of a block are those of its parent's state: a change of the set counts from the next block on.
 */
export async function proveFinality(
  node: RpcConnection,
  relay: RelayBlockRef,
): Promise<FinalityAnswer | null> {
  const header = await askHeader(node, relay.hash);
  if (!header) return null;
  try {
    const proof = await node.ask(hexSchema.nullable(), 'grandpa_proveFinality', relay.number);
    if (proof === null) return null;
    const setId = await node.ask(
      hexSchema,
      'state_call',
      'GrandpaApi_current_set_id',
      '0x',
      header.parentHash,
    );
    const voters = await node.ask(
      hexSchema,
      'state_call',
      'GrandpaApi_grandpa_authorities',
      '0x',
      header.parentHash,
    );
    const answer: FinalityAnswer = {
      proof: fromHex(proof),
      setId: scaleReader(fromHex(setId), 'set id').u64(),
      authorities: fromHex(voters),
    };
    const set = { setId: answer.setId, authorities: decodeAuthorities(answer.authorities) };
    verifyFinalityProof(answer.proof, header.bytes, set, verifyWithOpenSsl);
    return answer;
  } catch (error) {
    if (error instanceof RpcRefusal || error instanceof ProofError) return null;
    throw error;
  }
}
