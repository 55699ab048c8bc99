import { isNodeTrouble } from '../../domain/errors.ts';
import type { Endpoints } from '../nodes/endpoints.ts';
import { askHeader } from '../nodes/header-json.ts';
import { RpcRefusal, unknownBlock } from '../nodes/rpc-connection.ts';
import { fetchBudget, keysAfterBy, proveBy } from '../proven/fetch-proof.ts';
import type { StateSource } from './state-source.ts';

/** The nodes of a chain: where one fails, lies or refuses, the next one is asked, and each is named for what it did. */
export function endpointsSource(endpoints: Pick<Endpoints, 'use'>): StateSource {
  return {
    kind: 'endpoints',
    at: (block, limits) => {
      const budget = fetchBudget(limits);
      return {
        prove: (wanted, admit) => endpoints.use((node) => proveBy(node, block, wanted, admit, budget)),
        keysAfter: async (trie, key, count) => {
          try {
            return await endpoints.use((node) => keysAfterBy(node, block, trie, key, count, budget));
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
