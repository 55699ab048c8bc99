import { blake2b } from '@noble/hashes/blake2.js';
import { equalBytes } from '../bytes/bytes.ts';
import type { ArchivedNode, CensusStore } from '../domain/ports/census.ts';
import { census } from '../domain/records/census.ts';
import type { Database } from './database.ts';
import { censusKey, nodeKey } from './keys.ts';
import type { Write } from './level.ts';

/**
 * Censuses and their nodes, in the same records as the nodes of votes' proofs. What is read is hashed again; what is
 * written was hashed by whoever verified it.
 */
export function createCensusStore(database: Database): CensusStore {
  const writesOf = (nodes: readonly ArchivedNode[]): Write[] =>
    nodes.map(({ hash, bytes }) => ({ key: nodeKey(hash), value: bytes }));
  return {
    load: (paraId, anchor) => database.read(censusKey(paraId, anchor), census),
    save: (paraId, anchor, record, nodes) => {
      const writes = [...writesOf(nodes), { key: censusKey(paraId, anchor), value: record }];
      return database.exclusively(() => database.write(writes));
    },
    keep: (nodes) => database.exclusively(() => database.write(writesOf(nodes))),
    node: async (hash) => {
      const key = nodeKey(hash);
      const bytes = await database.readBytes(key);
      if (bytes !== null && !equalBytes(blake2b(bytes, { dkLen: 32 }), hash))
        throw database.corrupt(key, 'its bytes have another hash');
      return bytes;
    },
  };
}
