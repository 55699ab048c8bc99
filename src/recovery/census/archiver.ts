import { fromHex, toHex } from '../../bytes/hex.ts';
import type { ParaHeadRef } from '../../domain/chain/observation.ts';
import { isNodeTrouble, messageOf, RescueError } from '../../domain/errors.ts';
import type { CensusStore } from '../../domain/ports/census.ts';
import type { ParaReader } from '../../domain/ports/para.ts';
import type { CensusMap, CensusRecord } from '../../domain/round/census.ts';
import type { ParaId } from '../../domain/units.ts';
import { verifyStorageRange } from '../../voting/census/range.ts';

/** One node of the para, or several behind one door. */
export type CensusSource = Pick<ParaReader, 'keysPaged' | 'readProof'>;

export interface CensusOptions {
  readonly paraId: ParaId;
  /** Head of the anchor: its state root is proven, and trusted. */
  readonly head: ParaHeadRef;
  /** `censusPrefixes` of the policy. */
  readonly prefixes: readonly Uint8Array[];
  /** Tried in turn: the one that failed or lied is left for the next. */
  readonly sources: readonly CensusSource[];
  readonly store: CensusStore;
  readonly signal: AbortSignal;
  /** Told after each page is on disk. */
  readonly onProgress?: (record: CensusRecord) => void;
  /** Told of each answer that was not used. */
  readonly onTrouble?: (trouble: RescueError) => void;
  /** Keys asked for at once; nodes give at most 1000. */
  readonly pageSize?: number;
}

/** A request of a kilobyte a key and an answer of about half of that: far below what nodes refuse. */
const PAGE_SIZE = 512;

interface Page {
  readonly nodes: readonly Uint8Array[];
  /** Null: the map ends before the next key. */
  readonly upTo: Uint8Array | null;
}

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
export async function archiveCensus(options: CensusOptions): Promise<CensusRecord> {
  const { paraId, head, store, signal } = options;
  let record = begin(await store.load(paraId, head.hash), options);
  if (record.complete) return record;
  const sources = createSourceRing(options);
  const stateRoot = fromHex(head.stateRoot);

  for (const [index, { prefix: hex }] of record.maps.entries()) {
    const prefix = fromHex(hex);
    for (let map = record.maps[index]; map !== undefined && !map.done; map = record.maps[index]) {
      signal.throwIfAborted();
      const after = map.after === null ? null : fromHex(map.after);
      const { page, keys, nodes } = await sources.take(prefix, after, ({ upTo, nodes: proof }) =>
        verifyStorageRange(stateRoot, proof, { prefix, after, upTo }),
      );
      const next: CensusMap = {
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
export function censusShare({ maps }: Pick<CensusRecord, 'maps'>): number {
  const shares = maps.map(({ prefix, after, done }) => {
    if (done) return 1;
    if (after === null) return 0;
    const digits = after.slice(prefix.length, prefix.length + 8).padEnd(8, '0');
    return Number.parseInt(digits, 16) / 2 ** 32;
  });
  return (shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length)) * 100;
}

/** The stored progress when it is of the same maps, otherwise a new one: a policy may have changed since. */
function begin(stored: CensusRecord | null, { head, prefixes }: CensusOptions): CensusRecord {
  const wanted = prefixes.map(toHex);
  const known = new Map(
    stored?.stateRoot === head.stateRoot ? stored.maps.map((map) => [map.prefix, map]) : [],
  );
  const maps = wanted.map((prefix) => known.get(prefix) ?? { prefix, after: null, keys: 0, done: false });
  return {
    stateRoot: head.stateRoot,
    maps,
    nodes: known.size > 0 ? (stored?.nodes ?? 0) : 0,
    bytes: known.size > 0 ? (stored?.bytes ?? 0) : 0,
    complete: maps.every(({ done }) => done),
  };
}

function createSourceRing({ sources, head, signal, pageSize = PAGE_SIZE, onTrouble }: CensusOptions) {
  let preferred = 0;
  let ahead: { readonly at: string; readonly page: Promise<Page> } | null = null;

  const nameOf = (prefix: Uint8Array, after: Uint8Array | null) =>
    `${toHex(prefix)} ${after && toHex(after)}`;
  const fetch = async (prefix: Uint8Array, after: Uint8Array | null): Promise<Page> => {
    const source = sources[preferred];
    if (!source)
      throw new RescueError('RESCUE_CONFIG_INVALID', 'A census needs at least one node of the para.');
    const keys = await source.keysPaged(head.hash, prefix, pageSize, after);
    const nodes = await source.readProof(head.hash, [after ?? prefix, ...keys]);
    return { nodes, upTo: keys.at(-1) ?? null };
  };
  const fetchAhead = (prefix: Uint8Array, { upTo }: Page): void => {
    if (upTo === null) return;
    const page = fetch(prefix, upTo);
    // A failure is met when the page's turn comes; until then it is nobody's.
    page.catch(() => undefined);
    ahead = { at: nameOf(prefix, upTo), page };
  };

  return {
    /** The next page that passes `check`, from whichever source gives one; the one after it is asked for already. */
    async take<T>(
      prefix: Uint8Array,
      after: Uint8Array | null,
      check: (page: Page) => T,
    ): Promise<T & { readonly page: Page }> {
      let fetched = ahead?.at === nameOf(prefix, after) ? ahead.page : null;
      for (let failed = 0; ; fetched = null) {
        try {
          const page = await unlessAborted(signal, fetched ?? fetch(prefix, after));
          fetchAhead(prefix, page);
          return { ...check(page), page };
        } catch (error) {
          signal.throwIfAborted();
          const trouble = troubleOfNode(error);
          onTrouble?.(trouble);
          // A page fetched ahead does not count: its source may have been left since.
          if (fetched === null) failed += 1;
          preferred = (preferred + 1) % Math.max(1, sources.length);
          if (failed >= sources.length) throw trouble;
        }
      }
    },
  };
}

/** A proof that does not hold is the node's fault, and passes with another node. */
function troubleOfNode(error: unknown): RescueError {
  if (isNodeTrouble(error)) return error;
  if (error instanceof RescueError && error.code === 'RESCUE_PROOF_INVALID') {
    return new RescueError(
      'RESCUE_NODE_CONTRADICTS',
      `A node of the para proves something else than the anchor's state: ${messageOf(error)}`,
      { cause: error },
    );
  }
  throw error;
}

/** A node may take its time to answer; who stops need not wait for it. */
async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
