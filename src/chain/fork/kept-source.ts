import { fromHex, type Hex } from '../../bytes/hex.ts';
import { isNodeTrouble } from '../../domain/errors.ts';
import type { StateCache } from '../../domain/ports/state-cache.ts';
import type { ProofSource } from '../../executor/remote/proof-source.ts';
import type { ProofKey, TrieName } from '../../executor/storage/backend.ts';
import { headerHash } from '../../proof/index.ts';
import type { BlockState } from '../proven/proven-chain.ts';
import { archived } from './archive-source.ts';
import { decodeReads, encodeReads } from './likely-reads.ts';
import { lacking, type StateSource } from './state-source.ts';

/**
 * A source whose answers are kept, and given from what is kept. Offline nobody is asked any more: what was tried once can be
 * tried again, and what is not kept is said to be missing.
 */
export function keptSource(source: StateSource, cache: StateCache, offline = false): StateSource {
  return {
    kind: source.kind,
    at: (block, limits) => keptProofs(block, offline ? null : source.at(block, limits), cache),
    header: async (hash) => {
      const kept = await cache.get(fromHex(hash));
      if (kept !== null || offline) return kept;
      const bytes = await source.header(hash);
      if (bytes !== null) await cache.put([{ hash: headerHash(bytes), bytes }]);
      return bytes;
    },
  };
}

function keptProofs(block: BlockState, source: ProofSource | null, cache: StateCache): ProofSource {
  const root = fromHex(block.stateRoot);
  return {
    prove: async ({ trie, keys, hints }, admit) => {
      const { nodes, lacks } = await archived(root, trie, [...keys, ...hints], cache.get);
      const found = [...keys, ...hints].filter((key) => !lacks.has(key));
      const unproven = found.length > 0 ? (await admit(found, nodes)).unproven : [];
      const isMissing = (key: Hex) => lacks.has(key) || unproven.includes(key);
      const missing = keys.filter(isMissing);
      const [first] = missing;
      if (source === null && first !== undefined) throw notKept(block, trie, first);
      if (source === null || !(first || hints.some(isMissing))) return;
      const wanted = { trie, keys: missing, hints: hints.filter(isMissing) };
      const asking = source.prove(wanted, async (asked, proof) => {
        const admission = await admit(asked, proof);
        await cache.put(admission.taken);
        return admission;
      });
      // Hints only save time: nodes that have died since do not keep anybody from what is kept.
      await asking.catch((error) => {
        if (first !== undefined || !isNodeTrouble(error)) throw error;
      });
    },
    keysAfter: async (trie, key, count) => source?.keysAfter(trie, key, count) ?? [],
    likely: async (code) => decodeReads(await cache.recall(readsOf(code))),
    wasRead: async (code, keys: readonly ProofKey[]) => cache.remember(readsOf(code), encodeReads(keys)),
  };
}

function readsOf(code: Hex): string {
  return `read by ${code}`;
}

function notKept({ number, hash }: BlockState, trie: TrieName, first: Hex): Error {
  return lacking(
    `The state of block ${number} (${hash}) is not kept far enough to go on without asking a node: ${first} was not read before.`,
    { trie, key: first },
  );
}
