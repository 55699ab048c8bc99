import { toHex } from '../domain/units.js';
import { childOffset, decodeNode, HASH_LENGTH, nibbleAt, partialMatches, } from '../proof/node-codec.js';
/**
 * The nodes that prove these keys present or absent, fetched one by one from an archive: what `state_getReadProof` of
 * a living node would give. Null when the archive lacks one of them. Whoever uses the proof verifies it, so the source
 * need not be trusted.
 * @throws ProofError `PROOF_BAD_NODE` when an archived node is malformed
 */
export async function proofFromArchive(stateRoot, keys, nodeOf) {
    const known = new Map();
    for (const key of keys) {
        const path = pathOf(stateRoot, key);
        for (let step = path.next(); step.done !== true;) {
            const name = toHex(step.value);
            const bytes = known.get(name) ?? (await nodeOf(step.value));
            if (bytes === null)
                return null;
            known.set(name, bytes);
            step = path.next(bytes);
        }
    }
    return [...known.values()];
}
/** The same from nodes in memory, by the hex of their hash: the nodes that the keys need, none besides. */
export function proofFromNodes(stateRoot, keys, nodes, into = new Map()) {
    for (const key of keys) {
        const path = pathOf(stateRoot, key);
        for (let step = path.next(); step.done !== true;) {
            const name = toHex(step.value);
            const bytes = nodes.get(name);
            if (bytes === undefined)
                return null;
            into.set(name, bytes);
            step = path.next(bytes);
        }
    }
    return into;
}
/** Asks for node after node on the way to a key, by hash, and for its value when that is stored apart. */
function* pathOf(stateRoot, key) {
    const root = yield stateRoot;
    if (root.length === 1 && root[0] === 0)
        return;
    const length = key.length * 2;
    let node = decodeNode(root, 0, root.length);
    for (let depth = 0;; depth++) {
        if (node.nibbles > length - depth || !partialMatches(node, key, depth))
            return;
        depth += node.nibbles;
        if (depth === length) {
            if (node.value === 'hash')
                yield node.data.subarray(node.valueStart, node.valueEnd);
            return;
        }
        const at = childOffset(node, nibbleAt(key, depth));
        if (at < 0)
            return;
        const start = at + 1;
        const end = start + (node.data[at] >> 2);
        if (end - start !== HASH_LENGTH)
            node = decodeNode(node.data, start, end);
        else {
            const child = yield node.data.subarray(start, end);
            node = decodeNode(child, 0, child.length);
        }
    }
}
//# sourceMappingURL=census-proof.js.map