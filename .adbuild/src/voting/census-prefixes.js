import { storagePrefix } from '../proof/storage-key.js';
import { powerKeys } from './account-power.js';
import { STANDARD_LAYOUT } from './power-layout.js';
/** Accounts that differ from each other in every nibble: what their keys have in common does not depend on the account. */
const SAMPLES = ['00', '5b', 'a6', 'fd'];
/**
 * Storage prefixes below which lies every key that tells somebody's voting power: what a census archives. Found from
 * the keys themselves; of maps that are only reached through values of others, such as the ledgers of stakers'
 * controllers, all is taken. None is a prefix of another.
 */
export function censusPrefixes(policy, layout = STANDARD_LAYOUT) {
    const length = policy.excluded[0]?.account.length === 42 ? 20 : layout.accountBytes;
    const [first = [], ...others] = SAMPLES.map((byte) => powerKeys(policy, `0x${byte.repeat(length)}`, layout));
    const found = first.map((key, index) => others.reduce((shared, keys) => commonPrefix(shared, keys[index] ?? shared), key));
    const maps = Object.values(layout.items).filter(({ keys }) => keys.length > 0);
    const unseen = maps
        .map(({ prefix, item }) => storagePrefix(prefix, item))
        .filter((map) => !found.some((prefix) => begins(prefix, map)));
    const sorted = [...found, ...unseen].toSorted((a, b) => a.length - b.length);
    return sorted.filter((prefix, index) => !sorted.slice(0, index).some((other) => begins(prefix, other)));
}
function commonPrefix(a, b) {
    let length = 0;
    while (length < a.length && length < b.length && a[length] === b[length])
        length++;
    return a.slice(0, length);
}
function begins(key, prefix) {
    return commonPrefix(key, prefix).length === prefix.length;
}
//# sourceMappingURL=census-prefixes.js.map