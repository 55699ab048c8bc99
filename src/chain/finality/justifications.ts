import { fromHex } from '../../bytes/hex.ts';
import type { RescueError } from '../../domain/errors.ts';
import { hexSchema } from '../nodes/endpoints.ts';
import { type RpcConnection, RpcRefusal } from '../nodes/rpc-connection.ts';

/** Justifications of one node as they come; only the newest is kept. */
export interface Justifications {
  /** False at a node that has no such subscription: then it can only be asked. */
  readonly live: boolean;
  /** The next one; null after `ms` or when aborted. @throws RESCUE_NODE_* when the connection ended or sent rubbish */
  next(ms: number, signal: AbortSignal): Promise<Uint8Array | null>;
  close(): void;
}

export async function openJustifications(node: RpcConnection): Promise<Justifications> {
  let latest: Uint8Array | null = null;
  let failure: RescueError | null = null;
  let wake: () => void = () => undefined;
  const forget = node.onClosed((reason) => {
    failure ??= reason;
    wake();
  });
  const listen = (result: unknown) => {
    const parsed = hexSchema.safeParse(result);
    if (parsed.success) latest = fromHex(parsed.data);
    else failure ??= node.malformed('it sent something that is no justification', parsed.error);
    wake();
  };
  let unsubscribe: (() => void) | null = null;
  try {
    unsubscribe = await node.subscribe(
      'grandpa_subscribeJustifications',
      'grandpa_unsubscribeJustifications',
      listen,
    );
  } catch (error) {
    if (!(error instanceof RpcRefusal)) {
      forget();
      throw error;
    }
  }
  return {
    live: unsubscribe !== null,
    next: async (ms, signal) => {
      if (latest === null && failure === null && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const end = () => {
            clearTimeout(timer);
            signal.removeEventListener('abort', end);
            wake = () => undefined;
            resolve();
          };
          const timer = setTimeout(end, ms);
          signal.addEventListener('abort', end, { once: true });
          wake = end;
        });
      }
      if (failure) throw failure;
      const bytes = latest;
      latest = null;
      return bytes;
    },
    close: () => {
      forget();
      unsubscribe?.();
    },
  };
}
