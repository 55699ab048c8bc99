import { setTimeout as wait } from 'node:timers/promises';
import { coded, isNodeTrouble, RescueError } from '../domain/errors.ts';
import type { RelayObservation } from '../domain/observation.ts';
import type { RelayBlock } from '../domain/units.ts';
import type { Endpoints } from './endpoints.ts';
import { type NodeHeader, readHeader } from './header-json.ts';
import { type RpcConnection, RpcRefusal } from './rpc-connection.ts';

export interface FinalizedWatch {
  readonly endpoints: Endpoints;
  readonly silenceMs: number;
  readonly onTrouble: (trouble: RescueError) => void;
  readonly observe: (node: RpcConnection, header: NodeHeader) => Promise<RelayObservation>;
}

/** Pause after every endpoint has failed, before they are tried again. */
const PAUSE_MS = 1_000;

/**
 * Follows finality: each observation is of a later block than the one before. When heads come faster than they can be
 * read, the ones between are passed over. A connection that breaks, lies or falls silent is replaced by the next
 * endpoint's; this goes on until `signal` aborts.
 */
export async function* watchFinalized(
  watch: FinalizedWatch,
  signal: AbortSignal,
): AsyncGenerator<RelayObservation> {
  let newest: RelayBlock = -1;
  while (!signal.aborted) {
    let stream: HeadStream | null = null;
    try {
      stream = await watch.endpoints.use((node) => openHeadStream(node, watch.silenceMs, signal));
      for (;;) {
        const json = await stream.next();
        if (json === ENDED) break;
        const header = readHeader(stream.node, json);
        if (header.ref.number <= newest) continue;
        const observation = await watch.observe(stream.node, header);
        newest = header.ref.number;
        yield observation;
      }
    } catch (error) {
      const trouble = asTrouble(error);
      watch.onTrouble(trouble);
      if (stream) await watch.endpoints.discard(stream.node, trouble);
      else await wait(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    } finally {
      stream?.close();
    }
  }
}

const ENDED = Symbol('ended');

interface HeadStream {
  readonly node: RpcConnection;
  /** The newest head not yet taken, or `ENDED` once the signal aborted. Rejects when the connection is of no use. */
  next(): Promise<unknown>;
  close(): void;
}

async function openHeadStream(
  node: RpcConnection,
  silenceMs: number,
  signal: AbortSignal,
): Promise<HeadStream> {
  let head: { json: unknown } | null = null;
  let failure: RescueError | null = null;
  let wake: () => void = () => undefined;
  const silence = setTimeout(() => {
    fail(
      new RescueError('RESCUE_NODE_UNREACHABLE', `${node.name}: no block was finalized for ${silenceMs} ms`),
    );
  }, silenceMs);
  const fail = (reason: RescueError) => {
    failure ??= reason;
    wake();
  };
  const onAbort = () => wake();
  signal.addEventListener('abort', onAbort, { once: true });
  const forget = node.onClosed(fail);
  const close = () => {
    clearTimeout(silence);
    signal.removeEventListener('abort', onAbort);
    forget();
    unsubscribe();
  };
  let unsubscribe: () => void = () => undefined;
  try {
    unsubscribe = await node.subscribe(
      'chain_subscribeFinalizedHeads',
      'chain_unsubscribeFinalizedHeads',
      (json) => {
        head = { json };
        silence.refresh();
        wake();
      },
    );
  } catch (error) {
    close();
    throw error;
  }
  return {
    node,
    close,
    next: async () => {
      while (!signal.aborted) {
        if (head) {
          const { json } = head;
          head = null;
          return json;
        }
        if (failure) throw failure;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return ENDED;
    },
  };
}

/** What the watcher survives: everything that speaks of a node. Anything else is told too, and retried. */
function asTrouble(error: unknown): RescueError {
  if (isNodeTrouble(error)) return error;
  if (error instanceof RpcRefusal) {
    return new RescueError('RESCUE_NODE_UNREACHABLE', `a node refused ${error.method}: ${error.message}`, {
      cause: error,
    });
  }
  return coded(error, 'RESCUE_INTERNAL', 'Reading a finalized block failed');
}
