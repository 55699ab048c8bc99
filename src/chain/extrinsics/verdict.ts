import { concatBytes } from '../../bytes/bytes.ts';
import { fromHex } from '../../bytes/hex.ts';
import { ScaleReader } from '../../bytes/scale.ts';
import type { SignedExtrinsic } from '../../domain/chain/extrinsics.ts';
import { RescueError } from '../../domain/errors.ts';
import type { RpcConnection } from '../nodes/rpc-connection.ts';
import type { BlockState, ProvenChain } from '../proven/proven-chain.ts';

/**
 * What the chain's own runtime, run here, makes of an extrinsic that nodes refuse. `open`: it may go in, or passing time
 * ends it, which its outcome shows. `void`: its signature does not hold any more; another one may. `hopeless`: the state of
 * the account or the call itself keeps it out, and another signature changes nothing.
 */
export type Verdict =
  | { readonly kind: 'open' }
  | { readonly kind: 'void' | 'hopeless'; readonly reason: string };

/** sp-runtime `TransactionSource::External`. */
const EXTERNAL = Uint8Array.of(2);
/** sp-runtime `InvalidTransaction`, those that do not pass by themselves and are no matter of nonce or era. */
const REASONS: Readonly<Record<number, Verdict>> = {
  0: { kind: 'hopeless', reason: 'the runtime does not take this call' },
  1: { kind: 'hopeless', reason: 'the account cannot pay the fees' },
  4: {
    kind: 'void',
    reason: 'its signature does not hold in the runtime of now, which was upgraded since it was signed',
  },
  10: { kind: 'hopeless', reason: 'the runtime does not take this account as a signer' },
};

/**
 * Judges at the proven state of a final block (`TaggedTransactionQueue_validate_transaction`). What cannot be run, or was not
 * foreseen, is `open`: only a reason that is known to stay ends anything.
 * @throws RESCUE_NODE_*, RpcRefusal
 */
export async function judge(
  node: RpcConnection,
  chain: ProvenChain,
  block: BlockState,
  { bytes }: Pick<SignedExtrinsic, 'bytes'>,
): Promise<Verdict> {
  const argument = concatBytes(EXTERNAL, fromHex(bytes), fromHex(block.hash));
  try {
    const outcome = await chain.call(
      node,
      block,
      'TaggedTransactionQueue_validate_transaction',
      argument,
      'children',
    );
    return outcome.kind === 'panicked' ? OPEN : readVerdict(outcome.result);
  } catch (error) {
    if (error instanceof RescueError && error.code === 'RESCUE_EXECUTION_FAILED') return OPEN;
    throw error;
  }
}

const OPEN: Verdict = { kind: 'open' };

/** `Result<ValidTransaction, TransactionValidityError>`, whose error is `Invalid(InvalidTransaction)` or `Unknown(…)`. */
function readVerdict(result: Uint8Array): Verdict {
  const reader = new ScaleReader(result, 'verdict on an extrinsic');
  if (reader.u8() === 0 || reader.u8() !== 0) return OPEN;
  return REASONS[reader.u8()] ?? OPEN;
}
