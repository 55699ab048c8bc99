import { isPresent, notPresent } from '../../domain/chain/present.ts';
import { RescueError } from '../../domain/errors.ts';
import type { EpochMs } from '../../domain/units.ts';
import { type Endpoints, hashSchema } from '../nodes/endpoints.ts';
import { watchFinalized } from '../nodes/finalized-watch.ts';
import { askFinalized, type NodeHeader } from '../nodes/header-json.ts';
import type { RpcConnection } from '../nodes/rpc-connection.ts';
import { readTime } from './proven-reads.ts';
import type { FinalHeader, FinalizedSource } from './source.ts';

/** Blocks that a node may be ahead of what it said last, however soon after: it may have caught up meanwhile. */
const LONGEST_JUMP = 1_000;
const SHORTEST_BLOCK_MS = 1_000;

/**
 * Final blocks as one endpoint after the other tells them: for watching where there is neither a proof nor another endpoint that could
 * contradict. `actable` only when the operator said so in so many words.
 */
export function assumeFinality(options: {
  readonly endpoints: Endpoints;
  readonly actable: boolean;
  readonly silenceMs: number;
  readonly onTrouble: (trouble: RescueError) => void;
  readonly now?: () => EpochMs;
}): FinalizedSource {
  const { endpoints, actable, silenceMs, onTrouble } = options;
  const now = options.now ?? Date.now;
  const stop = new AbortController();
  let last: FinalHeader | null = null;
  let since: EpochMs | null = null;
  /** Of the limit below, by a clock that nobody can set. */
  let seenAt = performance.now();
  let trouble: string | null = null;
  /** As it counts at this moment. */
  const weighed = (header: FinalHeader): FinalHeader => ({
    ...header,
    actable: actable && isPresent(header.time, now()),
  });
  const whyOld = () => (actable && last ? notPresent(last.ref.number, last.time, now()) : null);
  const note = async (node: RpcConnection, told: NodeHeader): Promise<FinalHeader> => {
    // No more proven than the header; it shows a node that is not in step. Watching needs none.
    const time = actable ? await readTime(node, told) : null;
    const header: FinalHeader = { ...told, trust: 'assumed', actable, time };
    const { number } = header.ref;
    if (last && number < last.ref.number) {
      throw new RescueError(
        'RESCUE_NODE_CONTRADICTS',
        `an endpoint calls relay block ${number} its newest finalized one, but ${last.ref.number} was seen finalized before`,
      );
    }
    // Nothing proves the number: what no chain can do between two looks is not taken.
    const possible = LONGEST_JUMP + Math.floor((performance.now() - seenAt) / SHORTEST_BLOCK_MS);
    if (last && number - last.ref.number > possible) {
      throw new RescueError(
        'RESCUE_NODE_CONTRADICTS',
        `an endpoint jumps from relay block ${last.ref.number} to ${number}, further than a chain can`,
      );
    }
    if (!last || header.ref.number > last.ref.number) {
      last = header;
      since = now();
      seenAt = performance.now();
      trouble = null;
    }
    return weighed(header);
  };
  return {
    newest: () =>
      endpoints.use(async (node) => {
        return note(node, await askFinalized(node));
      }),
    watch: (signal) =>
      watchFinalized<FinalHeader>(
        {
          endpoints,
          chain: 'relay',
          silenceMs,
          onTrouble: (error) => {
            trouble = error.message;
            onTrouble(error);
          },
          observe: note,
        },
        AbortSignal.any([signal, stop.signal]),
      ),
    isFinal: ({ number, hash }) =>
      endpoints.use(async (node) => {
        if (number > (await askFinalized(node)).ref.number) return false;
        return (await node.ask(hashSchema.nullable(), 'chain_getBlockHash', number)) === hash;
      }),
    proveFinality: async () => null,
    view: () => ({
      trust: 'assumed',
      actable: actable && last !== null && whyOld() === null,
      block: last?.ref.number ?? null,
      verified: null,
      since,
      blockTime: last?.time ?? null,
      setId: null,
      voters: null,
      checkpoint: null,
      agreement: null,
      trouble: whyOld() ?? trouble,
    }),
    close: async () => stop.abort(),
  };
}
