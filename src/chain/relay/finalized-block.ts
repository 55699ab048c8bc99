import { z } from 'zod';
import { RescueError } from '../../domain/errors.ts';
import type { Hex, RelayBlock } from '../../domain/units.ts';
import { type Endpoints, hashSchema } from '../nodes/endpoints.ts';

/**
 * Holds that the relay chain has finalized `block`; `newest` is the number of a block that it is known to have finalized.
 * @throws RESCUE_PROOF_INVALID when it has not, RESCUE_NODE_UNREACHABLE, RESCUE_NODE_MALFORMED
 */
export async function requireFinalized(
  endpoints: Endpoints,
  newest: RelayBlock,
  block: { readonly number: RelayBlock; readonly hash: Hex },
): Promise<void> {
  const known = await endpoints.use((node) =>
    node.ask(z.nullable(hashSchema), 'chain_getBlockHash', block.number),
  );
  if (known === block.hash && block.number <= newest) return;
  throw new RescueError(
    'RESCUE_PROOF_INVALID',
    `the relay block ${block.number} (${block.hash}) is not the one that the relay chain finalized`,
  );
}
