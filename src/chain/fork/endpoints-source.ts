import { setTimeout as pause } from 'node:timers/promises';
import { isNodeTrouble, RescueError } from '../../domain/errors.ts';
import type { Endpoints } from '../nodes/endpoints.ts';
import { askHeader } from '../nodes/header-json.ts';
import { type RpcConnection, RpcRefusal, unknownBlock } from '../nodes/rpc-connection.ts';
import { fetchBudget, keysAfterBy, proveBy } from '../proven/fetch-proof.ts';
import type { StateSource } from './state-source.ts';

/** A node that restarts, or a connection that breaks in the midst of a trial, is given so long before it is asked once more. */
const AGAIN_MS = 500;

/**
 * The nodes of a chain: where one fails, lies or refuses, the next one is asked, and each is named for what it did. When none is left that can be
 * reached, and some were before, they are asked once more.
 */
export function endpointsSource(endpoints: Pick<Endpoints, 'use'>): StateSource {
  return {
    kind: 'endpoints',
    at: (block, limits) => {
      const budget = fetchBudget(limits);
      let answered = false;
      const ask = async <T>(work: (node: RpcConnection) => Promise<T>): Promise<T> => {
        try {
          const answer = await endpoints.use(work);
          answered = true;
          return answer;
        } catch (error) {
          const isGone = error instanceof RescueError && error.code === 'RESCUE_NODE_UNREACHABLE';
          if (!answered || !isGone) throw error;
        }
        answered = false;
        await pause(AGAIN_MS);
        return ask(work);
      };
      return {
        prove: (wanted, admit) => ask((node) => proveBy(node, block, wanted, admit, budget)),
        keysAfter: async (trie, key, count) => {
          try {
            return await ask((node) => keysAfterBy(node, block, trie, key, count, budget));
          } catch (error) {
            // Only a hint: each key can still be asked for by itself.
            if (isNodeTrouble(error)) return [];
            throw error;
          }
        },
        likely: async () => [],
        wasRead: async () => undefined,
      };
    },
    header: async (hash) => {
      try {
        return await endpoints.use(async (node) => {
          const header = await askHeader(node, hash);
          if (header) return header.bytes;
          throw unknownBlock(node, hash);
        });
      } catch (error) {
        if (isNodeTrouble(error) && error.cause instanceof RpcRefusal) return null;
        throw error;
      }
    },
  };
}
