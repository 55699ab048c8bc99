import { compareBytes, toHex } from './bytes.js';
import { ProofError } from './error.js';
import { EMPTY_NODE, HASH_LENGTH, HASHED_VALUE_FROM, nibbleAt } from './node-codec.js';
import { insert, nodeOfSorted, remove } from './trie-edit.js';
import { digestOf, encodeNode, referenceOf, rootHash } from './trie-node.js';
/** The trie of a whole state. Throws `PROOF_DUPLICATE_KEY` when a key occurs twice. */
export function buildTrie(entries, stateVersion) {
    const sorted = [];
    for (const [key, value] of entries)
        sorted.push([key, trieValue(value, stateVersion)]);
    sorted.sort((a, b) => compareBytes(a[0], b[0]));
    for (let i = 1; i < sorted.length; i++) {
        const [key] = sorted[i];
        const [before] = sorted[i - 1];
        if (compareBytes(before, key) === 0) {
            throw new ProofError('PROOF_DUPLICATE_KEY', `The key ${toHex(key)} occurs twice in the state.`);
        }
    }
    return trieOf(sorted.length === 0 ? null : nodeOfSorted(sorted, 0, sorted.length, 0), stateVersion);
}
function trieOf(rootNode, stateVersion) {
    let root = null;
    return {
        stateVersion,
        get root() {
            root ??= rootHash(rootNode);
            return new Uint8Array(root);
        },
        get(key) {
            let node = rootNode;
            while (node !== null && covers(node, key)) {
                if (key.length * 2 === node.to)
                    return node.value?.bytes ?? null;
                node = node.children?.[nibbleAt(key, node.to)] ?? null;
            }
            return null;
        },
        entries: (prefix = new Uint8Array()) => entriesUnder(rootNode, prefix),
        prove: (keys) => proofOf(rootNode, keys),
        update(changes, version = stateVersion) {
            let changed = rootNode;
            for (const [key, value] of changes) {
                if (value !== null)
                    changed = insert(changed, key, 0, trieValue(value, version));
                else if (changed !== null)
                    changed = remove(changed, key, 0);
            }
            return trieOf(changed, version);
        },
    };
}
function trieValue(bytes, stateVersion) {
    return { bytes, hashed: stateVersion === 1 && bytes.length >= HASHED_VALUE_FROM, digest: null };
}
/** True when `key` goes on with the node's own nibbles; what comes before them is known to agree. */
function covers(node, key) {
    if (node.to > key.length * 2)
        return false;
    for (let nibble = node.from; nibble < node.to; nibble++) {
        if (nibbleAt(node.key, nibble) !== nibbleAt(key, nibble))
            return false;
    }
    return true;
}
function proofOf(rootNode, keys) {
    if (keys.length === 0)
        return [];
    if (rootNode === null)
        return [EMPTY_NODE.slice()];
    const nodes = [encodeNode(rootNode)];
    const seen = new Set([String.fromCharCode(...rootHash(rootNode))]);
    const record = (hash, bytes) => {
        const mark = String.fromCharCode(...hash);
        if (seen.has(mark))
            return;
        seen.add(mark);
        nodes.push(bytes());
    };
    for (const key of keys) {
        let node = rootNode;
        while (node !== null) {
            const current = node;
            const reference = referenceOf(current);
            if (reference.length === HASH_LENGTH)
                record(reference, () => encodeNode(current));
            if (!covers(current, key))
                break;
            if (key.length * 2 === current.to) {
                const { value } = current;
                if (value?.hashed)
                    record(digestOf(value), () => value.bytes.slice());
                break;
            }
            node = current.children?.[nibbleAt(key, current.to)] ?? null;
        }
    }
    return nodes;
}
function* entriesUnder(node, prefix) {
    if (node === null)
        return;
    const stack = [node];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
        // A branch's path up to `to` and the prefix agree as far as both go, or nothing below it counts.
        const shared = Math.min(next.to, prefix.length * 2);
        let agrees = true;
        for (let nibble = next.from; nibble < shared && agrees; nibble++) {
            agrees = nibbleAt(next.key, nibble) === nibbleAt(prefix, nibble);
        }
        if (!agrees)
            continue;
        if (next.value !== null && next.to >= prefix.length * 2) {
            yield [next.key.subarray(0, next.to >> 1), next.value.bytes];
        }
        const { children } = next;
        if (children === null)
            continue;
        if (next.to >= prefix.length * 2) {
            for (let i = 15; i >= 0; i--)
                if (children[i])
                    stack.push(children[i]);
        }
        else {
            const child = children[nibbleAt(prefix, next.to)];
            if (child)
                stack.push(child);
        }
    }
}
//# sourceMappingURL=trie.js.map