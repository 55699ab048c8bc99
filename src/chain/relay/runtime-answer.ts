import { RescueError } from '../../domain/errors.ts';
import { ProofError } from '../../proof/index.ts';
import type { RpcConnection } from '../nodes/rpc-connection.ts';
import type { BlockState, ProvenChain } from '../proven/proven-chain.ts';

/**
 * What a runtime API of the relay chain answers when it is run here on proven state; null when that cannot tell: runtimes before the
 * API's version lack the method, or answer in another form.
 */
export async function runtimeAnswer<T>(
  call: {
    readonly node: RpcConnection;
    readonly chain: ProvenChain;
    readonly block: BlockState;
    readonly method: string;
    readonly argument?: Uint8Array;
  },
  decode: (answer: Uint8Array) => T,
): Promise<T | null> {
  const { node, chain, block, method, argument = new Uint8Array() } = call;
  try {
    const outcome = await chain.call(node, block, method, argument);
    return outcome.kind === 'returned' ? decode(outcome.result) : null;
  } catch (error) {
    if (error instanceof ProofError) return null;
    if (error instanceof RescueError && error.code === 'RESCUE_EXECUTION_FAILED') return null;
    throw error;
  }
}
