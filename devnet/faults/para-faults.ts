import type { Collator } from '../../src/sandbox/collator.ts';
import type { AnswerFilter, RpcServer } from '../../src/sandbox/rpc/server.ts';

/** What can be made to go wrong with one para: its collators, and the node that answers for it. */
export interface ParaFaults {
  stopCollators(): void;
  startCollators(): void;
  /** The JSON-RPC port closes; starting it opens the same port again. */
  stopRpc(): Promise<void>;
  startRpc(): Promise<void>;
  /** Holds back each answer. */
  slowRpc(milliseconds: number): void;
  /** Lets the node lie: whatever `filter` gives is answered. Null makes it honest again. */
  corruptRpc(filter: AnswerFilter | null): void;
}

export function createParaFaults(collator: Collator, rpc: RpcServer): ParaFaults {
  const honest: AnswerFilter = (_method, _params, result) => result;
  return {
    stopCollators: () => {
      collator.running = false;
    },
    startCollators: () => {
      collator.running = true;
    },
    stopRpc: () => rpc.stop(),
    startRpc: () => rpc.start(),
    slowRpc: (milliseconds) => {
      rpc.delayMs = milliseconds;
    },
    corruptRpc: (filter) => {
      rpc.filter = filter ?? honest;
    },
  };
}
