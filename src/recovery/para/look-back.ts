import type { ParaObservation } from '../../domain/chain/observation.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { RelayReader } from '../../domain/ports/relay.ts';
import type { Hex, RelayBlock } from '../../domain/units.ts';
import { readHeadAt } from '../../voting/anchor-proof.ts';

/** Most blocks that are looked back at: nodes that are no archives keep the state of 256. */
const MOST_BLOCKS = 256;

export interface LookBack {
  /** Newest relay block after `from` at which the para had another head; null when it had none, as far as was looked. */
  readonly otherHeadUntil: RelayBlock | null;
  /** Blocks of which nothing is known, and why. */
  readonly unknown: { readonly from: RelayBlock; readonly to: RelayBlock; readonly reason: string } | null;
}

/**
 * Looks at the relay blocks that were not observed, from the observed one back to `from`, for another head of the para. Each
 * header is known by its hash from the one after it, and each head is proven under its state root: a node can keep something
 * back, but cannot say that there was another head.
 */
export async function lookBack(
  relay: Pick<RelayReader, 'proveHead'>,
  { paraId, relay: newest, head }: Pick<ParaObservation, 'paraId' | 'relay' | 'head'>,
  from: RelayBlock,
): Promise<LookBack> {
  const nothing = { otherHeadUntil: null, unknown: null };
  if (head === null) return nothing;
  let block: Hex = newest.hash;
  for (let number = newest.number; number > from; number -= 1) {
    try {
      if (number <= newest.number - MOST_BLOCKS) {
        throw new RescueError('RESCUE_NODE_MALFORMED', 'it is too long ago for nodes to have the state');
      }
      const bytes = await relay.proveHead(paraId, { ...newest, number, hash: block });
      const seen = readHeadAt(paraId, block, bytes);
      if (seen.head !== head.hash) {
        if (number < newest.number) return { otherHeadUntil: number, unknown: null };
        throw new RescueError('RESCUE_NODE_CONTRADICTS', 'a node told another head than it proves');
      }
      block = seen.parent;
    } catch (error) {
      if (!(error instanceof RescueError)) throw error;
      return { otherHeadUntil: null, unknown: { from: from + 1, to: number, reason: messageOf(error) } };
    }
  }
  return nothing;
}
