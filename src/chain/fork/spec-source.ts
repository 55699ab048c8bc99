import { fromHex, toHex } from '../../bytes/hex.ts';
import { RescueError } from '../../domain/errors.ts';
import type { State } from '../../executor/storage/state.ts';
import { headerHash } from '../../proof/index.ts';
import type { StateSource } from './state-source.ts';

/** A whole state in memory, such as the first one of a chain spec, and the header of the block that leaves it. */
export function specSource(state: State, header: Uint8Array): StateSource {
  const own = toHex(headerHash(header));
  return {
    kind: 'spec',
    at: (block) => {
      if (block.stateRoot !== toHex(state.root)) {
        throw new RescueError(
          'RESCUE_CHAIN_REFUSES',
          `The chain spec holds the state ${toHex(state.root)} of block ${own}, not that of block ${block.hash}.`,
        );
      }
      return {
        prove: async ({ trie, keys, hints }, admit) => {
          const wanted = [...keys, ...hints];
          await admit(wanted, state.prove(wanted.map(fromHex), trie));
        },
        keysAfter: async (trie, key, count) => state.keysWithPrefix('0x', { after: key, limit: count, trie }),
        likely: async () => [],
        wasRead: async () => undefined,
      };
    },
    header: async (hash) => (hash === own ? header : null),
  };
}
