import { canonicalJson } from '../domain/canonical-json.js';
import { toHex } from '../domain/units.js';
import { blake2b256 } from '../proof/hash.js';
/** blake2-256 of the canonical JSON of the seven fields; other properties of the argument are ignored. */
export function proposalHash(content) {
    const { anchor, codeHash, paraId, proposer, relayGenesis, round, text } = content;
    const json = canonicalJson({ anchor, codeHash, paraId, proposer, relayGenesis, round, text });
    return toHex(blake2b256(new TextEncoder().encode(json)));
}
//# sourceMappingURL=proposal-hash.js.map