import { isNodeTrouble, messageOf, RescueError } from '../domain/errors.js';
import { fromHex, toHex } from '../domain/units.js';
import { verifyStorageRange } from '../voting/census-range.js';
/** A request of a kilobyte a key and an answer of about half of that: far below what nodes refuse. */
const PAGE_SIZE = 512;
/**
 * Archives all keys below the prefixes at the anchor, each with its proof, until none is missing:
 * 1. ask for the next page of keys, then for one proof of them all;
 * 2. walk the trie from where the last page ended to the end of this one: every key there must be in the proof;
 * 3. write nodes and progress in one batch.
 *
 * The next page is on its way while the last one is checked and written; memory holds two pages, whatever the size of
 * the state. Goes on where an earlier run ended, and does nothing when that one was complete.
 * @throws RESCUE_NODE_UNREACHABLE, RESCUE_NODE_MALFORMED, RESCUE_NODE_CONTRADICTS when every source fails at one page:
 * call it again later. The reason of `signal` when that aborts.
 */
export async function archiveCensus(options) {
    const { paraId, head, store, signal } = options;
    let record = begin(await store.load(paraId, head.hash), options);
    if (record.complete)
        return record;
    const sources = createSourceRing(options);
    const stateRoot = fromHex(head.stateRoot);
    for (const [index, { prefix: hex }] of record.maps.entries()) {
        const prefix = fromHex(hex);
        for (let map = record.maps[index]; map !== undefined && !map.done; map = record.maps[index]) {
            signal.throwIfAborted();
            const after = map.after === null ? null : fromHex(map.after);
            const { page, keys, nodes } = await sources.take(prefix, after, ({ upTo, nodes: proof }) => verifyStorageRange(stateRoot, proof, { prefix, after, upTo }));
            const next = {
                prefix: hex,
                after: page.upTo === null ? map.after : toHex(page.upTo),
                keys: map.keys + keys.length,
                done: page.upTo === null,
            };
            const maps = record.maps.with(index, next);
            record = {
                stateRoot: record.stateRoot,
                maps,
                nodes: record.nodes + nodes.length,
                bytes: nodes.reduce((sum, { bytes }) => sum + bytes.length, record.bytes),
                complete: maps.every(({ done }) => done),
            };
            await store.save(paraId, head.hash, record, nodes);
            options.onProgress?.(record);
        }
    }
    return record;
}
/**
 * Share of the census that is done, in percent: keys begin with a hash, so how far the last one is in the range of all
 * hashes tells it. For people only.
 */
export function censusShare({ maps }) {
    const shares = maps.map(({ prefix, after, done }) => {
        if (done)
            return 1;
        if (after === null)
            return 0;
        const digits = after.slice(prefix.length, prefix.length + 8).padEnd(8, '0');
        return Number.parseInt(digits, 16) / 2 ** 32;
    });
    return (shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length)) * 100;
}
/** The stored progress when it is of the same maps, otherwise a new one: a policy may have changed since. */
function begin(stored, { head, prefixes }) {
    const wanted = prefixes.map(toHex);
    const known = new Map(stored?.stateRoot === head.stateRoot ? stored.maps.map((map) => [map.prefix, map]) : []);
    const maps = wanted.map((prefix) => known.get(prefix) ?? { prefix, after: null, keys: 0, done: false });
    return {
        stateRoot: head.stateRoot,
        maps,
        nodes: known.size > 0 ? (stored?.nodes ?? 0) : 0,
        bytes: known.size > 0 ? (stored?.bytes ?? 0) : 0,
        complete: maps.every(({ done }) => done),
    };
}
function createSourceRing({ sources, head, pageSize = PAGE_SIZE, onTrouble }) {
    let preferred = 0;
    let ahead = null;
    const nameOf = (prefix, after) => `${toHex(prefix)} ${after && toHex(after)}`;
    const fetch = async (prefix, after) => {
        const source = sources[preferred];
        if (!source)
            throw new RescueError('RESCUE_CONFIG_INVALID', 'A census needs at least one node of the para.');
        const keys = await source.keysPaged(head.hash, prefix, pageSize, after);
        const nodes = await source.readProof(head.hash, [after ?? prefix, ...keys]);
        return { nodes, upTo: keys.at(-1) ?? null };
    };
    const fetchAhead = (prefix, { upTo }) => {
        if (upTo === null)
            return;
        const page = fetch(prefix, upTo);
        // A failure is met when the page's turn comes; until then it is nobody's.
        page.catch(() => undefined);
        ahead = { at: nameOf(prefix, upTo), page };
    };
    return {
        /** The next page that passes `check`, from whichever source gives one; the one after it is asked for already. */
        async take(prefix, after, check) {
            let fetched = ahead?.at === nameOf(prefix, after) ? ahead.page : null;
            for (let failed = 0;; fetched = null) {
                try {
                    const page = await (fetched ?? fetch(prefix, after));
                    fetchAhead(prefix, page);
                    return { ...check(page), page };
                }
                catch (error) {
                    const trouble = troubleOfNode(error);
                    onTrouble?.(trouble);
                    // A page fetched ahead does not count: its source may have been left since.
                    if (fetched === null)
                        failed += 1;
                    preferred = (preferred + 1) % Math.max(1, sources.length);
                    if (failed >= sources.length)
                        throw trouble;
                }
            }
        },
    };
}
/** A proof that does not hold is the node's fault, and passes with another node. */
function troubleOfNode(error) {
    if (isNodeTrouble(error))
        return error;
    if (error instanceof RescueError && error.code === 'RESCUE_PROOF_INVALID') {
        return new RescueError('RESCUE_NODE_CONTRADICTS', `A node of the para proves something else than the anchor's state: ${messageOf(error)}`, { cause: error });
    }
    throw error;
}
//# sourceMappingURL=census-archiver.js.map