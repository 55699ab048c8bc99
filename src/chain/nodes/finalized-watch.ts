import { coded, isNodeTrouble, RescueError } from '../../domain/errors.ts';
import type { Hex } from '../../domain/units.ts';
import { type Endpoints, hashSchema } from './endpoints.ts';
import { askFinalized, type NodeHeader, subscribeFinalized } from './header-json.ts';
import { pauses, sleep } from './pause.ts';
import type { RpcConnection } from './rpc-connection.ts';

type BlockRef = NodeHeader['ref'];

export interface WatchOptions<Observation> {
  readonly endpoints: Endpoints;
  /** What errors call the chain, and its blocks: `relay` or `contracts chain`. */
  readonly chain: string;
  readonly silenceMs: number;
  readonly onTrouble: (trouble: RescueError) => void;
  readonly observe: (node: RpcConnection, header: NodeHeader) => Promise<Observation>;
}

const LONGEST_PAUSE_MS = 15_000;

/**
 * One observation per newest finalized block, numbers strictly growing, until `signal` aborts. Whatever a node does
 * wrong ends at most its own subscription: the next endpoint goes on after the last block that was reported.
 */
export async function* watchFinalized<Observation>(
  options: WatchOptions<Observation>,
  signal: AbortSignal,
): AsyncGenerator<Observation> {
  let last: BlockRef | null = null;
  const pause = pauses(LONGEST_PAUSE_MS);
  while (!signal.aborted) {
    const feed: FinalizedFeed | null = await openFeed(options, last, signal);
    try {
      while (feed && !signal.aborted) {
        const header: NodeHeader | null = await feed.after(last, signal);
        if (!header) break;
        const observation = await options.observe(feed.node, header);
        last = header.ref;
        pause.reset();
        yield observation;
      }
    } catch (error) {
      const trouble = coded(
        error,
        'RESCUE_NODE_UNREACHABLE',
        `Reading a finalized ${options.chain} block failed`,
      );
      if (signal.aborted) return;
      options.onTrouble(trouble);
      if (feed && isNodeTrouble(trouble)) await options.endpoints.discard(feed.node);
    } finally {
      feed?.close();
    }
    await sleep(pause.next(), signal);
  }
}

type Feeding = Omit<WatchOptions<unknown>, 'observe'>;

/** Finalized headers of one node; only the newest one is kept. */
interface FinalizedFeed {
  readonly node: RpcConnection;
  /** The newest header later than `last`; null when aborted. Throws what ended the feed. */
  after(last: BlockRef | null, signal: AbortSignal): Promise<NodeHeader | null>;
  close(): void;
}

async function openFeed(
  options: Feeding,
  last: BlockRef | null,
  signal: AbortSignal,
): Promise<FinalizedFeed | null> {
  try {
    return await options.endpoints.use((node) => subscribe(node, options, last));
  } catch (error) {
    if (!signal.aborted)
      options.onTrouble(coded(error, 'RESCUE_INTERNAL', `Watching the ${options.chain} blocks failed`));
    return null;
  }
}

async function subscribe(
  node: RpcConnection,
  options: Feeding,
  last: BlockRef | null,
): Promise<FinalizedFeed> {
  let newest: NodeHeader | null = null;
  let failure: RescueError | null = null;
  let wake: () => void = () => undefined;
  const offer = (header: NodeHeader) => {
    if (newest && header.ref.number <= newest.ref.number && header.ref.hash === newest.ref.hash) return;
    newest = header;
    wake();
  };
  const fail = (reason: RescueError) => {
    failure ??= reason;
    wake();
  };
  if (last) await requireSameChain(node, last, options.chain);
  const close = await subscribeFinalized(node, offer, fail);
  return {
    node,
    after: async (seen, signal) => {
      for (;;) {
        if (signal.aborted) return null;
        if (failure) throw failure;
        const header = take();
        if (header && isLater(node, header, seen, options.chain)) return header;
        if (header) continue;
        const woken = await waitFor(
          (resolve) => {
            wake = resolve;
          },
          options.silenceMs,
          signal,
        );
        wake = () => undefined;
        if (!woken && !signal.aborted) await breakSilence(node, options, seen, offer);
      }
    },
    close,
  };

  function take(): NodeHeader | null {
    const header = newest;
    newest = null;
    return header;
  }
}

/** False for repeated and older blocks; throws when the node calls two blocks of one number finalized. */
function isLater(node: RpcConnection, header: NodeHeader, last: BlockRef | null, chain: string): boolean {
  if (last === null || header.ref.number > last.number) return true;
  if (header.ref.number === last.number && header.ref.hash !== last.hash) {
    throw contradiction(node, last, header.ref.hash, chain);
  }
  return false;
}

/** A node that finalized another block at a number already reported must not be followed. */
async function requireSameChain(node: RpcConnection, last: BlockRef, chain: string): Promise<void> {
  const hash = await node.ask(hashSchema.nullable(), 'chain_getBlockHash', last.number);
  if (hash !== null && hash !== last.hash) throw contradiction(node, last, hash, chain);
}

function contradiction(node: RpcConnection, last: BlockRef, hash: Hex, chain: string): RescueError {
  return new RescueError(
    'RESCUE_NODE_CONTRADICTS',
    `${node.name} has ${hash} at ${chain} block ${last.number}, where ${last.hash} was finalized before`,
  );
}

/**
 * After a long silence: either the chain does not finalize (nothing to do but wait), or the subscription died
 * quietly, or this node fell behind. Throws in the last case, so that another endpoint takes over.
 */
async function breakSilence(
  node: RpcConnection,
  { endpoints, chain }: Pick<Feeding, 'endpoints' | 'chain'>,
  last: BlockRef | null,
  offer: (header: NodeHeader) => void,
): Promise<void> {
  const header = await askFinalized(node);
  if (last === null || header.ref.number > last.number) return offer(header);
  const answers = await endpoints.survey(async (other) => (await askFinalized(other)).ref.number);
  const ahead = answers.find((answer) => 'value' in answer && answer.value > last.number);
  if (ahead) {
    throw new RescueError(
      'RESCUE_NODE_CONTRADICTS',
      `${node.name} stopped at ${chain} block ${header.ref.number}, while ${ahead.endpoint} finalized later ones`,
    );
  }
}

/** True when `start`'s callback was called in time; false after `ms` or when aborted. */
async function waitFor(
  start: (resolve: () => void) => void,
  ms: number,
  signal: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (called: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(called);
    };
    const onAbort = () => end(false);
    const timer = setTimeout(() => end(false), ms);
    signal.addEventListener('abort', onAbort, { once: true });
    start(() => end(true));
  });
}
