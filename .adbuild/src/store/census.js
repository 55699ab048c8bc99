import { blake2b } from '@noble/hashes/blake2.js';
import { z } from 'zod';
import { isHex } from '../domain/units.js';
import { censusKey, nodeKey } from './keys.js';
const count = z.int().min(0);
const hex = z.custom(isHex, 'not lower-case hex');
const censusRecord = z.strictObject({
    stateRoot: hex,
    maps: z.array(z.strictObject({ prefix: hex, after: hex.nullable(), keys: count, done: z.boolean() })),
    nodes: count,
    bytes: count,
    complete: z.boolean(),
});
/**
 * Censuses and their nodes, in the same records as the nodes of votes' proofs. What is read is hashed again; what is
 * written was hashed by whoever verified it.
 */
export function createCensusStore(database) {
    return {
        load: (paraId, anchor) => database.read(censusKey(paraId, anchor), censusRecord),
        save: (paraId, anchor, record, nodes) => {
            const writes = nodes.map(({ hash, bytes }) => ({ key: nodeKey(hash), value: bytes }));
            writes.push({ key: censusKey(paraId, anchor), value: record });
            return database.exclusively(() => database.write(writes));
        },
        node: async (hash) => {
            const key = nodeKey(hash);
            const bytes = await database.readBytes(key);
            if (bytes !== null && Buffer.compare(blake2b(bytes, { dkLen: 32 }), hash) !== 0)
                throw database.corrupt(key, 'its bytes have another hash');
            return bytes;
        },
    };
}
//# sourceMappingURL=census.js.map