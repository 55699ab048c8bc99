import { RescueError } from '../../domain/errors.ts';
import type { Hex } from '../../domain/units.ts';
import type { ProofSource } from '../../executor/remote/proof-source.ts';
import type { FetchLimits } from '../proven/fetch-proof.ts';
import type { BlockState } from '../proven/proven-chain.ts';

/** What gives the state of blocks of one chain: its nodes, an archive of nodes that were proven before, or a chain spec. */
export interface StateSource {
  readonly kind: 'endpoints' | 'archive' | 'spec';
  /** The state after a block whose state root is believed; `limits` bound what all requests together may cost. */
  at(block: BlockState, limits?: FetchLimits): ProofSource;
  /** The encoded header of a block; null when this source has no headers, or not this one. @throws RESCUE_NODE_* */
  header(hash: Hex): Promise<Uint8Array | null>;
}

/** Why a source that holds a part of a state cannot go on: what could not be run did not panic. */
export function lacking(what: string, details: Record<string, unknown> = {}): RescueError {
  return new RescueError('RESCUE_EXECUTION_FAILED', what, { details });
}
