import { z } from 'zod';
import { equalBytes } from '../../bytes/bytes.ts';
import { fromHex } from '../../bytes/hex.ts';
import { ScaleReader } from '../../bytes/scale.ts';
import { RescueError } from '../../domain/errors.ts';
import type { Hex } from '../../domain/units.ts';
import { type Endpoints, hashSchema, hexSchema } from '../nodes/endpoints.ts';
import { askFinalized } from '../nodes/header-json.ts';
import { pauses, sleep } from '../nodes/pause.ts';

/** What a node tells of where an extrinsic is signed: a lie makes it invalid, or valid nowhere, and costs nothing else. */
export interface ToldTerms {
  readonly genesisHash: Hex;
  readonly nonce: number;
  readonly block: number;
  readonly hash: Hex;
}

/** @throws RESCUE_NODE_* */
export async function askTerms(endpoints: Endpoints, account: Hex): Promise<ToldTerms> {
  const genesisHash = await endpoints.genesis();
  return endpoints.use(async (node) => {
    const { ref } = await askFinalized(node);
    const best = await node.ask(hashSchema, 'chain_getBlockHash');
    // Of the account as the runtime has it, whatever form addresses have.
    const answer = fromHex(
      await node.ask(hexSchema, 'state_call', 'AccountNonceApi_account_nonce', account, best),
    );
    return { genesisHash, nonce: new ScaleReader(answer, 'nonce').u32(), block: ref.number, hash: ref.hash };
  });
}

const blockSchema = z.object({
  block: z.object({
    header: z.object({ parentHash: hashSchema, number: z.string() }),
    extrinsics: z.array(hexSchema),
  }),
});
/** Blocks that are looked through at each look. */
const MOST_BLOCKS = 8;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Sends it, and waits until a block of the node has it. Both are the node's word.
 * @throws RESCUE_NODE_* with what the node refuses it for, RESCUE_EXTRINSIC_LOST when no block has it in time
 */
export async function sendAndSee(
  endpoints: Endpoints,
  extrinsic: Hex,
  { waitMs, signal }: { readonly waitMs: number; readonly signal: AbortSignal },
): Promise<{ readonly block: number; readonly hash: Hex }> {
  const bytes = fromHex(extrinsic);
  await endpoints.use((node) => node.ask(hashSchema, 'author_submitExtrinsic', extrinsic));
  const pause = pauses(LONGEST_PAUSE_MS);
  const end = performance.now() + waitMs;
  const seen = new Set<Hex>();
  while (performance.now() < end && !signal.aborted) {
    const found = await endpoints.use(async (node) => {
      let at = await node.ask(hashSchema, 'chain_getBlockHash');
      for (let count = 0; count < MOST_BLOCKS && !seen.has(at); count++) {
        const { block } = await node.ask(blockSchema, 'chain_getBlock', at);
        seen.add(at);
        if (block.extrinsics.some((each) => equalBytes(fromHex(each), bytes))) {
          return { block: Number(block.header.number), hash: at };
        }
        at = block.header.parentHash;
      }
      return null;
    });
    if (found) return found;
    await sleep(pause.next(), signal);
  }
  throw new RescueError(
    'RESCUE_EXTRINSIC_LOST',
    `The node took the extrinsic, and no block has it after ${Math.round(waitMs / 1000)} s; its bytes can be sent again.`,
  );
}
