import { blake2b256 } from './hash.js';
import { compactSize, EMPTY_NODE, encodeNodeHeader, HASH_LENGTH, nibbleAt, } from './node-codec.js';
import { encodeCompact } from './scale.js';
export function createNode(key, from, to, value, children) {
    return { key, from, to, value, children, reference: null };
}
/** What the parent holds of this node: its encoding (under 32 bytes) or its hash (32 bytes). */
export function referenceOf(node) {
    if (node.reference === null) {
        const encoded = encodeNode(node);
        node.reference = encoded.length < HASH_LENGTH ? encoded : blake2b256(encoded);
    }
    return node.reference;
}
/** Hash of the root node, which is never inline. */
export function rootHash(root) {
    if (root === null)
        return blake2b256(EMPTY_NODE);
    const reference = referenceOf(root);
    return reference.length === HASH_LENGTH ? reference : blake2b256(reference);
}
export function digestOf(value) {
    value.digest ??= blake2b256(value.bytes);
    return value.digest;
}
/** The node in the format of node-codec.ts. */
export function encodeNode(node) {
    const { key, from, to, value, children } = node;
    const kind = value === null ? 'none' : value.hashed ? 'hash' : 'inline';
    const header = encodeNodeHeader(children === null, kind, to - from);
    const references = [];
    let bitmap = 0;
    let size = header.length + ((to - from + 1) >> 1);
    if (children !== null) {
        size += 2;
        for (let i = 0; i < 16; i++) {
            const child = children[i] ?? null;
            if (child === null)
                continue;
            bitmap |= 1 << i;
            const reference = referenceOf(child);
            references.push(reference);
            size += 1 + reference.length;
        }
    }
    if (value !== null)
        size += value.hashed ? HASH_LENGTH : compactSize(value.bytes.length) + value.bytes.length;
    const out = new Uint8Array(size);
    out.set(header);
    let at = header.length;
    let nibble = from;
    if (((to - from) & 1) === 1)
        out[at++] = nibbleAt(key, nibble++);
    for (; nibble < to; nibble += 2)
        out[at++] = (nibbleAt(key, nibble) << 4) | nibbleAt(key, nibble + 1);
    if (children !== null) {
        out[at++] = bitmap & 0xff;
        out[at++] = bitmap >> 8;
    }
    if (value?.hashed) {
        out.set(digestOf(value), at);
        at += HASH_LENGTH;
    }
    else if (value !== null) {
        const length = encodeCompact(value.bytes.length);
        out.set(length, at);
        out.set(value.bytes, at + length.length);
        at += length.length + value.bytes.length;
    }
    for (const reference of references) {
        out[at++] = reference.length << 2;
        out.set(reference, at);
        at += reference.length;
    }
    return out;
}
//# sourceMappingURL=trie-node.js.map