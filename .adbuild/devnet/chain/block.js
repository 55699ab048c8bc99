import { encodeHeader, headerHash } from '../../src/proof/index.js';
import { toHex } from '../bytes.js';
import { orderedTrieRoot } from '../executor/host-hashing.js';
export function blockOf(header, extrinsics, state) {
    const encodedHeader = encodeHeader(header);
    return {
        number: header.number,
        hash: toHex(headerHash(encodedHeader)),
        header,
        encodedHeader,
        extrinsics,
        state,
    };
}
export function genesisBlock(state) {
    return blockOf({
        parentHash: new Uint8Array(32),
        number: 0,
        stateRoot: state.root,
        extrinsicsRoot: orderedTrieRoot([], 0),
        digest: [],
    }, [], state);
}
//# sourceMappingURL=block.js.map